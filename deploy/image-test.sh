#!/usr/bin/env bash
# Build the image with buildah on a Debian base made here, and let tests/deploy/test_image.py ingest a small
# web of feeds from it. Needs root, buildah and mmdebstrap; without them it says so and exits with 0.
# The base is kept for the next run; BASE_SUITE=bookworm tries another Debian (Python 3.11).
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${BASE_SUITE:-trixie}
python=.venv/bin/python
store=${IMAGE_STORE:-/var/tmp/wiredesk-image}
base=localhost/wiredesk-base:$suite
image=localhost/wiredesk:test

skip() {
  echo "image-test: skipped, $1"
  exit 0
}
[ "$(id -u)" -eq 0 ] || skip "it needs root (a chroot, and a Debian made by mmdebstrap)"
for tool in buildah mmdebstrap; do
  command -v "$tool" >/dev/null || skip "it needs $tool: apt-get install buildah mmdebstrap"
done

# chroot and vfs work inside a container too, where namespaces and overlay mounts may be forbidden.
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs BUILDAH_FORMAT=docker
buildah() { command buildah --root "$store/storage" --runroot "$store/run" "$@"; }
mkdir -p "$store"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

make_base() {
  echo "image-test: making the base, Debian $suite"
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$scratch/base.tar"
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$scratch/base.tar" / >/dev/null
  buildah commit --quiet --rm "$container" "$base" >/dev/null
  rm "$scratch/base.tar"
}

# The build installs from the package index that this machine uses: its pip configuration and its
# certificates are mounted during the build and are not part of the image.
mounts=()
pip_of_host() {
  "$python" -m pip config list | sed -nE "s/^(global|install|:env:)\.(.*)='(.*)'$/\2 = \3/p" |
    grep -vE '^(constraint|find-links|cert|client-cert) ' | grep -v 'file:' >"$scratch/options" || true
  { echo '[global]'; cat "$scratch/options"; } >"$scratch/pip.conf"
  local certificates
  certificates=${PIP_CERT:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}
  if [ -r "$certificates" ]; then
    cp "$certificates" "$scratch/certificates.crt"
    echo 'cert = /etc/pip-certificates.crt' >>"$scratch/pip.conf"
    mounts+=(--volume "$scratch/certificates.crt:/etc/pip-certificates.crt:ro")
  fi
  mounts+=(--volume "$scratch/pip.conf:/etc/pip.conf:ro")
}

buildah inspect --type image "$base" >/dev/null 2>&1 || make_base
pip_of_host
buildah rmi --prune >/dev/null 2>&1 || true
echo "image-test: building $image"
buildah build --file deploy/Dockerfile --build-arg "BASE=$base" "${mounts[@]}" --tag "$image" . >"$scratch/build.log" 2>&1 || {
  cat "$scratch/build.log" >&2
  exit 1
}
buildah images --format '{{.Name}}:{{.Tag}} {{.Size}}' "$image"
IMAGE=$image IMAGE_STORE=$store "$python" -m pytest -p no:cacheprovider tests/deploy/test_image.py
