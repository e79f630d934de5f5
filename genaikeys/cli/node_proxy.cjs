// Makes Node's `fetch` and `https` go through HTTPS_PROXY. Node before 24 has no switch for that, and the OpenAI SDK for
// Node uses `fetch`. Loaded through NODE_OPTIONS, in the environment that `genaikeys local env` prints.
"use strict";

const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const tls = require("node:tls");

const proxy = process.env.HTTPS_PROXY ? new URL(process.env.HTTPS_PROXY) : null;
const direct = new Set((process.env.NO_PROXY || "").split(","));

// Calls `done(error)` or `done(null, socket)` once.
function settle(socket, event, done) {
  socket.once("error", done);
  socket.once(event, () => {
    socket.off("error", done);
    done(null, socket);
  });
}

function tunnel(host, port, servername, done) {
  const target = `${host}:${port}`;
  const request = http.request({
    agent: false,
    headers: { host: target },
    host: proxy.hostname,
    method: "CONNECT",
    path: target,
    port: proxy.port,
  });
  request.once("error", done);
  request.once("connect", (response, socket) => {
    if (response.statusCode === 200) {
      settle(tls.connect({ ALPNProtocols: ["http/1.1"], servername, socket }), "secureConnect", done);
    } else {
      socket.destroy();
      done(new Error(`the proxy ${proxy.host} refuses ${host} (${response.statusCode})`));
    }
  });
  request.end();
}

if (proxy) {
  class Tunnelling extends https.Agent {
    createConnection(options, done) {
      if (direct.has(options.host)) return super.createConnection(options, done);
      return tunnel(options.host, options.port || 443, options.servername || options.host, done);
    }
  }
  https.globalAgent = new Tunnelling({ keepAlive: true, scheduling: "lifo", timeout: 5000 }); // as Node's own

  // `fetch` keeps its dispatcher under this symbol from its first use on (undici, lib/global.js).
  const slot = Symbol.for("undici.globalDispatcher.1");
  void new Request("http://127.0.0.1/");
  globalThis[slot] = new globalThis[slot].constructor({
    connect({ hostname, port, protocol, servername }, done) {
      const name = servername || hostname;
      if (protocol !== "https:") settle(net.connect(port || 80, hostname), "connect", done);
      else if (direct.has(hostname)) settle(tls.connect(port || 443, hostname, { servername: name }), "secureConnect", done);
      else tunnel(hostname, port || 443, name, done);
    },
  });
}
