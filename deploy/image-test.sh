#!/usr/bin/env bash
# Build the image with buildah on a Debian base made here, and the image of an earlier commit, and let
# tests/deploy/test_image.py ingest a small web of feeds from them and upgrade. Needs root, buildah and mmdebstrap;
# without them it says so and exits with 0.
#
# The base is kept for the next run; BASE_SUITE=bookworm tries another Debian (Python 3.11). BEFORE names the earlier
# commit: by default the one before the newest migration, so that the upgrade crosses it. REPRODUCE=1 builds twice
# and compares.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${BASE_SUITE:-trixie}
python=.venv/bin/python
store=${IMAGE_STORE:-/var/tmp/wiredesk-image}
base=localhost/wiredesk-base:$suite

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
mkdir -p "$store"
buildah() { command buildah --root "$store/storage" --runroot "$store/run" "$@"; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

make_base() {
  echo "image-test: making the base, Debian $suite"
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates,tini "$suite" "$scratch/base.tar"
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

# build TAG DIRECTORY [OPTION…]: build the image of a checkout as localhost/wiredesk:TAG.
build() {
  local tag=$1 directory=$2 epoch
  shift 2
  epoch=$(git log -1 --format=%ct)
  buildah build --file "$directory/deploy/Dockerfile" --timestamp "$epoch" --build-arg "SOURCE_DATE_EPOCH=$epoch" \
    --build-arg "BASE=$base" --build-arg "VERSION=$tag" "${mounts[@]}" "$@" --tag "localhost/wiredesk:$tag" \
    "$directory" >"$scratch/build.log" 2>&1 || {
    cat "$scratch/build.log" >&2
    exit 1
  }
}

has() { buildah inspect --type image "$1" >/dev/null 2>&1; }

has "$base" || make_base
pip_of_host
buildah rmi --prune >/dev/null 2>&1 || true

tag=$(python3 deploy/image_tag.py)
echo "image-test: building wiredesk:$tag"
build "$tag" .
if [ -n "${REPRODUCE:-}" ]; then
  echo "image-test: building it again"
  build again . --no-cache
  [ "$(buildah images --quiet --no-trunc "localhost/wiredesk:$tag")" = "$(buildah images --quiet --no-trunc localhost/wiredesk:again)" ] ||
    { echo "image-test: two builds of the same sources differ" >&2; exit 1; }
fi

before=${BEFORE:-$(git log -1 --format=%h -- worker/store/migrations/versions)^}
before=$(git rev-parse --short "$before")
if ! has "localhost/wiredesk:$before"; then
  echo "image-test: building the image of $before, to upgrade from"
  mkdir "$scratch/before"
  git archive "$before" | tar -x -C "$scratch/before"
  build "$before" "$scratch/before"
fi

buildah images --format '{{.Name}}:{{.Tag}} {{.Size}}' --filter reference=localhost/wiredesk
IMAGE=localhost/wiredesk:$tag IMAGE_BEFORE=localhost/wiredesk:$before IMAGE_STORE=$store \
  "$python" -m pytest -n0 -p no:cacheprovider tests/deploy/test_image.py
