# Sourced by up.sh and stack.sh, which set $stack: the checkout's environment, the Pulumi CLI, and for the stack `local`
# the local OCI.
bin=$PWD/.venv/bin
folders=$("$bin/python" -m toolchain ensure)
for folder in $folders; do PATH=$folder:$PATH; done
# Publications wait for their policies; by default the engine lets four a processor wait at once.
export PULUMI_PARALLEL="${PULUMI_PARALLEL:-32}"
export PATH="$bin:$PATH" PULUMI_SKIP_UPDATE_CHECK=true TF_PRESERVE_STATE_ON_404=true

if [ "$stack" = local ]; then
    genaikeys local up
    eval "$(genaikeys local env)"
fi
