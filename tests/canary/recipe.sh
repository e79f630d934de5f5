#!/bin/sh
# What recipes for OCI Generative AI keys do, in plain shell: Terraform's `terraform_data` with `local-exec`, and scripts
# that a pipeline runs. An apply runs the provisioner when its trigger says so; a destroy empties the state, because
# a `local-exec` without `when = destroy` does nothing then.
#
#   recipe.sh apply VARIANT COMPARTMENT | recipe.sh destroy VARIANT
#
#   always     trigger = timestamp(): the answer is printed, as every provisioner's output is, and kept in a file
#   once       no trigger: the same, at the first apply only
#   attribute  the answer becomes an attribute of the state, marked sensitive
#   vault      a script that takes the value with a query and writes it into a Vault secret that it made before
set -eu
umask 022
state=terraform.tfstate
expiry=$(date -u -d '+90 days' +%Y-%m-%dT%H:%M:%SZ)

create() {
    oci generative-ai api-key create --display-name recipe --compartment-id "$compartment" \
        --key-details "[{\"keyName\":\"key-one\",\"timeExpiry\":\"$expiry\"},{\"keyName\":\"key-two\",\"timeExpiry\":\"$expiry\"}]" "$@"
}

write_state() {
    [ ! -f $state ] || cp $state $state.backup
    printf '{"resources": [{"type": "terraform_data", "sensitive_attributes": ["answer"], "attributes": {"answer": %s}}]}\n' "$1" > $state
}

apply() {
    case $1 in
    always | once)
        [ "$1" = always ] || [ ! -f $state ] || return 0
        mkdir -p .terraform/generated
        create | tee .terraform/generated/key.json
        write_state null
        ;;
    attribute)
        if [ -f $state ]; then cp $state $state.backup; else write_state "$(create)"; fi
        ;;
    vault)
        [ ! -f $state ] || return 0
        value=$(create --query 'data.keys[0].key' --raw-output)
        oci vault secret update-base64 --secret-id "$SECRET_ID" --force \
            --secret-content-content "$(printf %s "$value" | base64 -w 0)"
        write_state null
        ;;
    esac
}

variant=$2
case $1 in
apply)
    compartment=$3
    apply "$variant"
    ;;
destroy)
    cp $state $state.backup
    echo '{"resources": []}' > $state
    ;;
esac
