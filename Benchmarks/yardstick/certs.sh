#!/usr/bin/env bash
# certs.sh ec|rsa: a root, an intermediate and a leaf for xmpp.test, under certs/: chain-KIND.pem srv-KIND.key ca-KIND.pem
set -euo pipefail
kind=${1:-}
case $kind in
ec) new=(-newkey ec -pkeyopt ec_paramgen_curve:P-256) ;;
rsa) new=(-newkey rsa:2048) ;;
*) echo "certs.sh ec|rsa" >&2; exit 2 ;;
esac

mkdir -p certs
cd certs
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' >ca.ext
printf 'subjectAltName=DNS:xmpp.test\nextendedKeyUsage=serverAuth\n' >leaf.ext

# sign NAME SUBJECT ISSUER EXTENSIONS: a new key and a certificate for it
sign() {
    openssl req "${new[@]}" -nodes -keyout "$1.key" -out "$1.csr" -subj "$2"
    openssl x509 -req -in "$1.csr" -CA "$3" -CAkey "${3%.*}.key" -CAcreateserial -days 3650 -extfile "$4" -out "$1.crt"
}

{
    openssl req -x509 "${new[@]}" -nodes -days 3650 -keyout "ca-$kind.key" -out "ca-$kind.pem" \
        -subj "/CN=Yardstick root $kind"
    sign "int-$kind" "/CN=Yardstick intermediate $kind" "ca-$kind.pem" ca.ext
    sign "srv-$kind" /CN=xmpp.test "int-$kind.crt" leaf.ext
} 2>/dev/null
cat "srv-$kind.crt" "int-$kind.crt" >"chain-$kind.pem"
