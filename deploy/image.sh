#!/usr/bin/env bash
# Build the image with docker or buildah, whichever works, and print its name. Arguments go to the build:
# deploy/image.sh --build-arg BASE=python:3.14-slim
set -euo pipefail
cd "$(dirname "$0")/.."

tag=$(python3 deploy/image_tag.py)
name=${IMAGE_NAME:-wiredesk}
# The time of the last commit, so that nothing in the image depends on when it was built.
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
arguments=(--file deploy/Dockerfile --build-arg "VERSION=$tag" --build-arg "SOURCE_DATE_EPOCH=$epoch"
           --tag "$name:$tag" --tag "$name:local" "$@" .)

if docker info >/dev/null 2>&1; then
  docker build "${arguments[@]}" >&2
elif command -v buildah >/dev/null; then
  buildah build --format docker --timestamp "$epoch" "${arguments[@]}" >&2
else
  echo "image: neither a Docker engine nor buildah was found" >&2
  exit 1
fi
echo "$name:$tag"
