# certificates.sh - a certification authority and a server's certificate, made anew for each run. Sourced.
#
# DIR/tls/ca.pem is what a client is to trust; DIR/tls/server.pem and server.key are for mx.example.test, localhost and
# 127.0.0.1; DIR/tls/client.pem, certificate and key, is for the user alice.
make_certificates() { # DIR [rsa: where the server knows no other keys]
    folder=$1/tls
    mkdir -p "$folder"
    chmod 755 "$folder"
    cat >"$folder/names" <<END
subjectAltName = DNS:mx.$DOMAIN, DNS:localhost, IP:127.0.0.1
extendedKeyUsage = serverAuth
END
    echo "extendedKeyUsage = clientAuth" >"$folder/use"
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Live test authority" \
            -keyout "$folder/ca.key" -out "$folder/ca.pem"
        sign "$folder" server "mx.$DOMAIN" names "${2-}"
        sign "$folder" client alice use
        cat "$folder/client.crt" "$folder/client.key" >"$folder/client.pem"
    } >>"$1/log" 2>&1 || die "openssl made no certificates: $(tail -n 3 "$1/log")"
    cat "$folder/server.crt" "$folder/ca.pem" >"$folder/server.pem"
    chmod 644 "$folder"/*
}

sign() { # FOLDER NAME CN EXTENSIONS [rsa]
    if [ "${5-}" = rsa ]; then kind=rsa:2048; else kind="ec -pkeyopt ec_paramgen_curve:P-256"; fi
    # shellcheck disable=SC2086 # words
    openssl req -newkey $kind -nodes -subj "/CN=$3" -keyout "$1/$2.key" -out "$1/$2.csr" &&
        openssl x509 -req -days 2 -in "$1/$2.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" -CAcreateserial -extfile "$1/$4" -out "$1/$2.crt"
}
