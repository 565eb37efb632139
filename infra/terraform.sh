#!/bin/sh
# Terraform on a project's state, with its settings and the pinned providers; for builds, and for what is done by hand:
#
#   infra/terraform.sh PROJECT COMMAND [ARGUMENT...]
#   infra/terraform.sh lock             writes the providers' hashes to infra/.terraform.lock.hcl, which is committed
set -eu
[ $# -gt 0 ] || { sed -n '4,5p' "$0" >&2; exit 2; }
cd "$(dirname "$0")"

if [ "$1" = lock ]; then
    terraform get >/dev/null
    exec terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64
fi
[ $# -gt 1 ] || { sed -n '4,5p' "$0" >&2; exit 2; }
[ -s .terraform.lock.hcl ] || {
    echo "infra/.terraform.lock.hcl is not there, so nothing says which providers are the right ones. Make it and commit it: infra/terraform.sh lock" >&2
    exit 2
}
project=$1
shift
export TF_VAR_project="$project"
if [ -e "projects/$project.tfvars" ]; then
    for command in plan apply destroy import refresh console; do
        export "TF_CLI_ARGS_$command=-var-file=projects/$project.tfvars"
    done
fi
# Anew each time, or the state would be that of the project before.
terraform init -input=false -lockfile=readonly -reconfigure -backend-config="bucket=$project-terraform" >&2
exec terraform "$@"
