#!/bin/sh
# `make preview` and `make apply`: what CI does to a stack. Nobody is asked: who may start it is CI's affair.
set -eu
verb=$1 stack=$2
. toolchain/shell.sh

if [ "$stack" = local ] || [ "$verb" = apply ]; then
    pulumi stack select --create "$stack" 2>&1 | sed '/^Created stack/!d' >&2
fi
# With a look at OCI first: what somebody changed behind the kit's back is shown, and put right.
set -- --stack "$stack" --non-interactive --suppress-outputs --refresh
# The one place where the guardrails are wired in.
if [ -d policies/guardrails ]; then set -- "$@" --policy-pack policies/guardrails; fi
case $verb in
preview) exec pulumi preview "$@" ;;
apply) exec pulumi up --yes --skip-preview "$@" ;;
esac
