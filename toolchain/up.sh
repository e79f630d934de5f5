#!/bin/sh
# `make up`: from a checkout with its environment to a provisioned and verified stack. A second run changes nothing.
set -eu
stack=$1
. toolchain/shell.sh

if [ "$stack" = local ]; then
    set -- --yes --skip-preview # nothing here can be lost; in a tenancy a person reads the preview and says yes
else
    set --
fi
pulumi stack select --create "$stack" 2>&1 | sed '/^Created stack/!d' >&2
echo "Bringing stack $stack up ..." >&2
pulumi up --stack "$stack" --suppress-outputs "$@"
genaikeys verify --stack "$stack"
