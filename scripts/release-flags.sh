# shellcheck shell=bash disable=SC2034
# How the shared library and the command line tool are built for release; sourced, not run.
# SwiftPM does not link again when only flags change, so these have a scratch path of their own. Both products share it,
# and with it the compiled modules; what only one product's linker is told is always told for that product.

SONAME=libcoffer.so.0
RELEASE_SCRATCH=$ROOT_DIR/.build/library
STAGE=$ROOT_DIR/.build/stage
RELEASE_FLAGS=(
    --package-path "$ROOT_DIR" -c release --scratch-path "$RELEASE_SCRATCH"
    # The Swift runtime goes inside: a host program needs no Swift. (--static-swift-stdlib does nothing for a dynamic product.)
    -Xswiftc -static-stdlib
)

# build_product PRODUCT [FLAG...]
build_product() { swift build "${RELEASE_FLAGS[@]}" --product "$@"; }

# stage_binary FROM TO: a copy without local symbols and debug information; these go to TO.debug, where debuggers look.
stage_binary() {
    local from=$1 to=$2
    mkdir -p "$(dirname "$to")"
    objcopy --only-keep-debug "$from" "$to.debug"
    chmod -x "$to.debug"
    # A new file, not the old one overwritten: a running program may have that mapped.
    objcopy --strip-unneeded --add-gnu-debuglink="$to.debug" "$from" "$to.new"
    mv -f "$to.new" "$to"
}
