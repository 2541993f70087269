#!/bin/sh
# Runs inside a mount namespace of its own, so that no mount outlives it.
# Usage: check.sh ROOT SOURCE REGISTRY TARGET TRIPLE
#   ROOT      a folder with Debian in it: rustc, cargo and rust-src of one version, and the compilers
#   SOURCE    the workspace;  REGISTRY  cargo's downloads;  TARGET  where cargo keeps what it made
set -eu
root=$1 source=$2 registry=$3 target=$4 triple=$5

mkdir -p "$root/slipway" "$root/cargo/registry" "$root/target" "$root/proc" "$root/dev"
mount --bind "$source" "$root/slipway"
mount --bind "$registry" "$root/cargo/registry"
mount --bind "$target" "$root/target"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

# A check never links, but build scripts compile C for the target. Apple's headers are not to be had: for that
# target the compiler makes an empty object file, and preprocesses and tells its version as clang.
mkdir -p "$root/stand-in"
cat > "$root/stand-in/cc" <<'END'
#!/bin/sh
out=
for word in "$@"; do case $word in -E | --version | -v | -dumpversion | -dumpmachine) exec clang "$@" ;; esac; done
while [ $# -gt 0 ]; do [ "$1" = -o ] && { out=$2; break; }; shift; done
[ -z "$out" ] || : > "$out"
END
cat > "$root/stand-in/ar" <<'END'
#!/bin/sh
for word in "$@"; do case $word in *.a) printf '!<arch>\n' > "$word" ;; esac; done
END
chmod +x "$root/stand-in/cc" "$root/stand-in/ar"

# The ingress controller's stand-in runs in a Linux image and nowhere else.
exec chroot "$root" /usr/bin/env -i \
	PATH=/usr/bin:/bin HOME=/root CARGO_HOME=/cargo CARGO_TARGET_DIR=/target CARGO_TERM_COLOR=never \
	SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt RUSTC_BOOTSTRAP=1 \
	CC_aarch64_apple_darwin=/stand-in/cc AR_aarch64_apple_darwin=/stand-in/ar \
	cargo check --manifest-path /slipway/Cargo.toml --locked --workspace --exclude nginx-stand-in --all-targets \
	-Zbuild-std=std,panic_unwind --target "$triple"
