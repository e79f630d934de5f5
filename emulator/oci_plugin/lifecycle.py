"""Create, read, update and delete, driven by the table of resources.

Order of calls, states and what counts as gone: terraform-provider-oci 8.28.0,
internal/tfresource/crud_helpers.go and the files of the single resources. Differences of single types are
small functions in `behaviours`.

What a 404 means there, and here (`handleMissingResourceError` in internal/tfresource/errors.go, called by
`ReadResource`, `DeleteResource` and `WaitForStateRefresh`, but not by `CreateResource` and `UpdateResource`):

* on a read: the resource is gone, without a word, whether it is gone or the caller may not look
  (oracle/terraform-provider-oci issue 1619, pulumi/pulumi-oci issue 45);
* on a read where `TF_PRESERVE_STATE_ON_404=true`: nothing, and again without a word: the state stays as it is
  (same issue, comment of 2026-05-14). It doesn't tell gone from forbidden either;
* on a delete, or while a deletion is waited for: it is gone, which is success, with that variable or without;
* on a create or an update: a failure.

A state of DELETED, or PENDING_DELETION of what is deleted by schedule, is gone in any case.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from emulator.oci_plugin import behaviours
from emulator.oci_plugin.behaviours import Tell
from emulator.oci_plugin.bodies import outputs, spelled
from emulator.oci_plugin.errors import NotReadyError, OciError, PluginError
from emulator.oci_plugin.hosts import endpoint
from emulator.oci_plugin.resources import FORGOTTEN, Resource
from emulator.oci_plugin.values import Bag
from emulator.oci_plugin.wire import Reply, Wire

GAPS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
"""Seconds between polls; the last one is repeated."""

_NOT_FOUND = 404
_CONFLICT = 409


@dataclass(frozen=True)
class Found:
    """A resource as it was read."""

    id: str
    state: Bag
    """Outputs."""
    inputs: Bag
    """Inputs of the last time, with what has changed since written into them."""


class Lifecycle:
    """The resources of one provider instance."""

    def __init__(self, wire: Wire, tell: Tell, *, keeps_missing: bool) -> None:
        """Set up.

        Args:
            wire: Calls to OCI.
            tell: Says something to the person at the terminal.
            keeps_missing: What `TF_PRESERVE_STATE_ON_404=true` asks for: a 404 on a read changes nothing.
        """
        self.wire = wire
        self.tell = tell
        self._keeps_missing = keeps_missing

    def collection(self, resource: Resource, inputs: Mapping[str, Any]) -> str:
        """URL of the collection a resource lives in."""
        base = (
            str(inputs[resource.endpoint]).rstrip("/")
            if resource.endpoint
            else endpoint(resource.service, self.wire.region)
        )
        parts = {name: quote(str(inputs[name]), safe="") for name in resource.path_inputs}
        return base + resource.path.format(**parts)

    def url(self, resource: Resource, inputs: Mapping[str, Any], ocid: str) -> str:
        """URL of one resource."""
        return f"{self.collection(resource, inputs)}/{quote(ocid, safe='')}"

    def create(self, resource: Resource, inputs: Bag, timeout: float) -> tuple[str, Bag]:
        """Make a resource and wait until it is ready.

        Returns:
            Its id and its outputs.

        Raises:
            NotReadyError: it exists but did not become ready; it carries the id.
            PluginError: it was not made.
        """
        body = spelled(
            behaviours.create_fields(resource, {name: inputs.get(name) for name in resource.created}),
        )
        collection = self.collection(resource, inputs)
        try:
            reply = self._made(resource, collection, body, behaviours.hidden(resource, inputs))
        except OciError as refusal:
            if not behaviours.adoptable(resource, inputs, refusal):
                raise
            reply = behaviours.adopt(self.wire, self.tell, collection, inputs, refusal)
        ocid = str(reply.body[resource.id_field])
        state = outputs(resource, inputs, reply)
        try:
            state = self.wait(resource, inputs, ocid, state, resource.ready, timeout)
            url = self.url(resource, inputs, ocid)
            if target := behaviours.switch_state(self.wire, url, resource, inputs, state):
                state = self.wait(resource, inputs, ocid, state, frozenset({target}), timeout)
        except NotReadyError:
            raise
        except PluginError as problem:
            raise NotReadyError(
                ocid, inputs, state, f"{ocid} was created, but waiting for it failed: {problem}"
            ) from None
        return ocid, state

    def _made(self, resource: Resource, url: str, body: Bag, hidden: list[str]) -> Reply:
        """The answer to a create; asked for again under the same token where it lacks the id."""
        operation = f"Create{resource.noun}"
        token = token_hex(16)
        for _ in range(2):
            reply = self.wire.call(operation, "POST", url, body=body, retry_token=token, hidden=hidden)
            if isinstance(reply.body, dict) and reply.body.get(resource.id_field):
                return reply
        name = body.get("displayName") or body.get("name") or body.get("secretName")
        raise PluginError(
            f"{operation}: OCI answered without {resource.id_field}, so what it may have made is lost\n"
            f"  next: look for {name!r} in compartment {body.get('compartmentId')}, delete or import it, "
            "then run `pulumi up` again"
        )

    def wait(
        self, resource: Resource, inputs: Bag, ocid: str, state: Bag, targets: frozenset[str], timeout: float
    ) -> Bag:
        """Poll until a resource is in one of the target states.

        Args:
            resource: Its type.
            inputs: Inputs it was made or changed with.
            ocid: Its id.
            state: Outputs so far.
            targets: States that end the wait well.
            timeout: Seconds.

        Raises:
            NotReadyError: it got into another one, or time is over.
        """
        began = time.monotonic()
        url = self.url(resource, {**state, **inputs}, ocid)
        polls = 0
        while True:
            self.wire.pause(GAPS[min(polls, len(GAPS) - 1)])
            reply = self.wire.call(f"Get{resource.noun}", "GET", url)
            state = outputs(resource, {**state, **inputs}, reply)
            now = str(state.get("state") or "")
            if now in targets:
                return state
            wanted = " or ".join(sorted(targets))
            if now in resource.gone or now == "FAILED" or (resource.pending and now not in resource.pending):
                told = f": {state['lifecycleDetails']}" if state.get("lifecycleDetails") else ""
                raise NotReadyError(
                    ocid,
                    inputs,
                    state,
                    f"{resource.noun} {ocid} is {now or 'without lifecycleState'} instead of {wanted}{told}\n"
                    "  next: run `pulumi up` again, which looks at it anew; or `pulumi up --replace` it",
                )
            polls += 1
            if time.monotonic() - began > timeout:
                raise NotReadyError(
                    ocid,
                    inputs,
                    state,
                    f"{resource.noun} {ocid} is still {now} after {timeout:.0f} s; waited for {wanted}\n"
                    "  next: run `pulumi up` again, which goes on waiting",
                )

    def read(self, resource: Resource, given_id: str, inputs: Bag, state: Bag) -> Found | None:
        """Look at a resource.

        Args:
            resource: Its type.
            given_id: OCID, or the longer form that an import is given (`Resource.import_id`).
            inputs: Inputs of the last time; empty for an import.
            state: Outputs of the last time; empty for an import.

        Returns:
            What was found, or None where it is gone.
        """
        is_import = not inputs and not state
        named, ocid = behaviours.import_parts(resource, given_id) if is_import else ({}, given_id)
        known = {**state, **inputs, **named}
        try:
            reply = self.wire.call(f"Get{resource.noun}", "GET", self.url(resource, known, ocid))
        except OciError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
            if is_import or not self._keeps_missing:
                return None
            return Found(ocid, state, inputs)
        live = outputs(resource, known, reply)
        if live.get("state") in resource.gone:
            return None
        if is_import:
            readable = {name: live.get(name) for name in resource.inputs if name not in resource.local}
            return Found(
                ocid,
                live,
                {**named, **{name: value for name, value in readable.items() if value not in (None, {}, [])}},
            )
        return Found(ocid, {**state, **live}, behaviours.drifted(resource, inputs, state, live))

    def update(self, resource: Resource, ocid: str, old: Bag, state: Bag, new: Bag, timeout: float) -> Bag:
        """Change a resource to the new inputs.

        Args:
            resource: Its type.
            ocid: Its id.
            old: Inputs of the last time.
            state: Outputs of the last time.
            new: New inputs.
            timeout: Seconds to wait where waiting is part of it.

        Returns:
            Its outputs.

        Raises:
            NotReadyError: part of it was done; it carries what is known now.
            PluginError: nothing was done.
        """
        known = {**{name: value for name, value in state.items() if name not in FORGOTTEN}, **new}
        url = self.url(resource, known, ocid)
        if state.get("state") not in resource.steady:
            # Left over from a create or update that was not waited out.
            known |= self.wait(resource, new, ocid, known, resource.steady, timeout)
        is_moved = self._move(resource, url, old.get("compartmentId", state.get("compartmentId")), new)
        try:
            if target := behaviours.switch_state(self.wire, url, resource, new, known):
                known |= self.wait(resource, new, ocid, known, frozenset({target}), timeout)
            return self._put(resource, ocid, old, known, new, timeout)
        except NotReadyError:
            raise
        except PluginError as problem:
            if not is_moved:
                raise
            reason = f"{ocid} was moved to its new compartment, but not updated: {problem}"
            raise NotReadyError(ocid, new, known, reason) from None

    def _move(self, resource: Resource, url: str, before: str | None, new: Bag) -> bool:
        """Move a resource to another compartment where that is asked for; whether it was."""
        if resource.move is None or new.get("compartmentId") in (None, before):
            return False
        operation = f"{resource.move[0].upper()}{resource.move[1:]} of {resource.noun}"
        body = {resource.move_field: new["compartmentId"]}
        self.wire.call(
            operation, "POST", f"{url}/actions/{resource.move}", body=body, retry_token=token_hex(16)
        )
        return True

    def _put(self, resource: Resource, ocid: str, old: Bag, known: Bag, new: Bag, timeout: float) -> Bag:
        """Send the update, with every configured field, and return the outputs."""
        wanted = behaviours.update_fields(
            resource, {name: known.get(name) for name in resource.updated}, old, new
        )
        url = self.url(resource, known, ocid)
        reply = self.wire.call(
            f"Update{resource.noun}",
            "PUT",
            url,
            body=spelled(wanted),
            hidden=behaviours.hidden(resource, new),
        )
        before = {name: value for name, value in known.items() if name != "lastUpdateETag"}
        if resource.settle_after_update:
            settled = outputs(resource, before, reply)
            return self.wait(resource, new, ocid, settled, resource.settle_after_update, timeout)
        if resource.reread_after_update or not isinstance(reply.body, dict):
            reply = self.wire.call(f"Get{resource.noun}", "GET", url)
        return outputs(resource, before, reply)

    def delete(self, resource: Resource, ocid: str, inputs: Bag, state: Bag, timeout: float) -> None:
        """Delete a resource, or schedule its deletion, and wait until it is gone.

        One that is gone already is fine.
        """
        known = {**state, **inputs}
        if behaviours.forgotten(resource, known):
            return
        url = self.url(resource, known, ocid)
        if resource.delete == "schedule" and self._state(resource, url) in resource.gone:
            return
        try:
            if resource.delete == "schedule":
                until = known.get("timeOfDeletion") if "timeOfDeletion" in resource.local else None
                self.wire.call(
                    f"Schedule{resource.noun}Deletion",
                    "POST",
                    f"{url}/actions/scheduleDeletion",
                    body={"timeOfDeletion": until} if until else {},
                    retry_token=token_hex(16),
                )
            else:
                self.wire.call(f"Delete{resource.noun}", "DELETE", url)
        except OciError as refusal:
            # A repeated call meets what the first one did, whose answer was lost.
            is_done = refusal.status == _CONFLICT and self._state(resource, url) in resource.gone
            if refusal.status != _NOT_FOUND and not is_done:
                raise
            return
        self._wait_gone(resource, ocid, url, timeout or resource.delete_timeout)

    def _state(self, resource: Resource, url: str) -> str:
        """The present lifecycle state; `DELETED` for one that answers 404."""
        try:
            reply = self.wire.call(f"Get{resource.noun}", "GET", url)
        except OciError as refusal:
            if refusal.status == _NOT_FOUND:
                return "DELETED"
            raise
        return str(reply.body.get("lifecycleState") or "") if isinstance(reply.body, dict) else ""

    def _wait_gone(self, resource: Resource, ocid: str, url: str, timeout: float) -> None:
        began = time.monotonic()
        polls = 0
        while True:
            self.wire.pause(GAPS[min(polls, len(GAPS) - 1)])
            now = self._state(resource, url)
            if now in resource.gone:
                return
            polls += 1
            if now == "FAILED" or time.monotonic() - began > timeout:
                raise PluginError(
                    f"Delete{resource.noun}: {ocid} is still {now} after {time.monotonic() - began:.0f} s\n"
                    "  next: look at it in the console, then run `pulumi destroy` again"
                )
