#!/bin/sh
# `make up`: from a checkout with its environment to a provisioned and verified stack. A second run changes nothing.
set -eu
stack=$1
bin=$PWD/.venv/bin
folders=$("$bin/python" -m toolchain ensure)
for folder in $folders; do PATH=$folder:$PATH; done
# Publications wait for their policies; by default the engine lets four a processor wait at once.
export PULUMI_PARALLEL="${PULUMI_PARALLEL:-32}"
export PATH="$bin:$PATH" PULUMI_SKIP_UPDATE_CHECK=true TF_PRESERVE_STATE_ON_404=true

if [ "$stack" = local ]; then
    genaikeys local up
    eval "$(genaikeys local env)"
    set -- --yes --skip-preview # nothing here can be lost; in a tenancy a person reads the preview and says yes
else
    set --
fi
pulumi stack select --create "$stack" 2>&1 | sed '/^Created stack/!d' >&2
echo "Bringing stack $stack up ..." >&2
pulumi up --stack "$stack" --suppress-outputs "$@"
genaikeys verify --stack "$stack"
