# shellcheck shell=bash disable=SC2154
# Kinds of key, passphrases, several signatures on one envelope, and signing elsewhere.

cp "$packages/one/$deb" one.deb
cp "$packages/two/$deb" two.deb
run compare one.deb two.deb --json same.json
readonly types=(ed25519 ecdsa-p256 ecdsa-p384 rsa-pss-3072 ml-dsa-65 ml-dsa-87)

# takes NAME CODE ATTESTATION KEY…: what verify says of the first package.
takes() {
    local name=$1 expected=$2 attestation=$3 words=()
    shift 3
    for key in "$@"; do words+=(--key "$key"); done
    exits "$name" "$expected" verify one.deb --attestation "$attestation" "${words[@]}"
}

for type in "${types[@]}"; do
    exits "keys: $type" 0 key generate --output "$type" --type "$type"
    exits "keys: $type signs" 0 attest same.json --key "$type.key" --output "$type.att"
    takes "keys: $type verifies" 0 "$type.att" "$type.pub"
    exits "keys: $type is shown" 0 key show "$type.key" "$type.pub"
    holds "keys: $type by its name" grep -q "private key, ${type%-3072}" out
    holds "keys: $type, both halves with one ID" \
        [ "$(sed -n 's/.*key ID //p' out | sort -u | wc -l)" -eq 1 ]
done
takes "keys: another kind of key is no signer" 3 ml-dsa-65.att ml-dsa-87.pub
exits "keys: a size must be said of RSA" 64 key generate --output unsaid --type rsa-pss
exits "keys: nor may it be small" 64 key generate --output small --type rsa-pss-2048
exits "keys: show as JSON" 0 key show rsa-pss-3072.pub --format json
holds "keys: with the size" grep -q '"modulusBits": 3072' out
exits "keys: show of nothing" 64 key show
exits "keys: show of what is no key" 2 key show same.json
run key generate --output newer --type ml-dsa-44
if [ "$status" -eq 0 ]; then
    exits "keys: ML-DSA-44 signs" 0 attest same.json --key newer.key --output newer.att
    takes "keys: ML-DSA-44 verifies" 0 newer.att newer.pub
else
    judge "keys: ML-DSA-44 is not there" 2 "tally key generate --type ml-dsa-44"
    holds "keys: and it says what has it" grep -q 'ML-DSA-44 needs OpenSSL 3.5 or newer' err
fi

# Passphrases.
printf 'carved in hazel\n' >phrase
printf 'carved in willow' >wrong
printf 'carved in hazel\ncarved in willow\n' >both
exits "keys: encrypted" 0 key generate --output sealed --encrypt --passphrase-file phrase
holds "keys: it says so" grep -qx -- '-----BEGIN ENCRYPTED PRIVATE KEY-----' sealed.key
holds "keys: encrypted, and still for its owner only" [ "$(stat -c %a sealed.key)" = 600 ]
exits "keys: a passphrase without --encrypt" 64 key generate --output x --passphrase-file phrase
exits "keys: signed with a passphrase" 0 \
    attest same.json --key sealed.key --output sealed.att --passphrase-file phrase
takes "keys: and verified" 0 sealed.att sealed.pub
exits "keys: the wrong passphrase" 2 \
    attest same.json --key sealed.key --output no.att --passphrase-file wrong
exits "keys: no terminal to ask on" 2 attest same.json --key sealed.key --output no.att </dev/null
exits "keys: both ways to give it" 64 key show sealed.key --passphrase-file phrase \
    --passphrase-fd 3
exits "keys: a descriptor that is not open" 2 key show sealed.key --passphrase-fd 9
status=0
"$tally" key show sealed.key --passphrase-fd 3 3<phrase >out 2>err || status=$?
judge "keys: a passphrase on a descriptor" 0 "tally key show --passphrase-fd 3 3<phrase"
exits "keys: a second encrypted key" 0 key generate --output sealed2 --type ml-dsa-65 --encrypt \
    --passphrase-file wrong
exits "keys: two of them, a line for each" 0 attest same.json --key sealed.key \
    --key sealed2.key --output two.att --passphrase-file both
takes "keys: both signed" 0 two.att sealed2.pub
exits "keys: two of them, and one line" 2 attest same.json --key sealed.key --key sealed2.key \
    --output no.att --passphrase-file phrase
: >nothing
exits "keys: an empty passphrase" 2 key generate --output x --encrypt --passphrase-file nothing
holds "keys: no key was made of it" [ ! -e x.key ]
holds "keys: nothing was signed by the failures" [ ! -e no.att ]
exits "compare: an encrypted key" 0 compare one.deb two.deb --key sealed.key \
    --attestation once.att --passphrase-file phrase
takes "compare: signed with it" 0 once.att sealed.pub
exits "compare: a wrong passphrase shows before the comparison" 2 compare one.deb two.deb \
    --key sealed.key --attestation no.att --passphrase-file wrong --json early.json
holds "compare: nothing was compared" [ ! -e early.json ]

# A person at a terminal: what is typed is not shown, and a signal leaves the terminal as it was.
if command -v python3 >/dev/null; then
    cat >typed.py <<'END'
import os, pty, signal, sys, termios, time

def typed(words, answers, interrupt=False):
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    said = b""
    for answer in answers:
        while not said.endswith(b": "):
            said += os.read(terminal, 1024)
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.01)
        if interrupt:
            os.kill(child, signal.SIGINT)
            break
        os.write(terminal, answer + b"\n")
        said += os.read(terminal, 1024)
    # Looked at while the program still lives or has just gone: the terminal outlives it.
    status = os.waitpid(child, 0)[1]
    echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
    try:
        while piece := os.read(terminal, 1024):
            said += piece
    except OSError:
        pass
    return status, echo, said

tally = sys.argv[1]
status, echo, said = typed(
    [tally, "key", "generate", "--output", "typed", "--encrypt"], [b"sesame", b"sesame"])
assert status == 0 and echo, (status, echo, said)
assert b"sesame" not in said, said
status, echo, said = typed([tally, "key", "show", "typed.key"], [b"sesame"])
assert status == 0 and echo and b"key ID" in said, (status, echo, said)
status, echo, said = typed([tally, "key", "show", "typed.key"], [b"simsim"])
assert os.WEXITSTATUS(status) == 2 and echo, (status, echo, said)
status, echo, said = typed(
    [tally, "key", "generate", "--output", "unlike", "--encrypt"], [b"one", b"two"])
assert os.WEXITSTATUS(status) == 2 and not os.path.exists("unlike.key"), (status, said)
status, echo, said = typed([tally, "key", "show", "typed.key"], [b""], interrupt=True)
assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, (status, said)
assert echo, said
END
    holds "keys: a passphrase typed" timeout "$patience" python3 typed.py "$tally"
else
    skip "keys: a passphrase typed" "there is no python3 here"
fi

# Hybrid: two signatures, each of which verifies alone.
exits "attest: a hybrid pair" 0 attest same.json --key ed25519.key --key ml-dsa-65.key \
    --output hybrid.att --time 2024-03-01T12:00:00Z
takes "attest: its classical half" 0 hybrid.att ed25519.pub
takes "attest: its post-quantum half" 0 hybrid.att ml-dsa-65.pub
holds "attest: two signatures" [ "$(grep -c '"sig"' hybrid.att)" -eq 2 ]
exits "attest: one key twice" 2 attest same.json --key ed25519.key --key ed25519.key \
    --output no.att
holds "attest: nothing was written" [ ! -e no.att ]

# One person after the other.
exits "attest: --add" 0 attest --add hybrid.att --key rsa-pss-3072.key --output three.att
holds "attest: --add says what is signed" grep -q 'identical, at .*one.deb' err
takes "attest: the added signature" 0 three.att rsa-pss-3072.pub
takes "attest: those before it" 0 three.att ed25519.pub ml-dsa-65.pub
exits "attest: --add by a key that has signed" 2 attest --add three.att --key ed25519.key \
    --output no.att
cp three.att inplace.att
exits "attest: --add in place" 0 attest --add inplace.att --key ecdsa-p384.key \
    --output inplace.att
takes "attest: added in place" 0 inplace.att ecdsa-p384.pub
payload=$(printf '{"_type":"x"}' | base64)
printf '{"payload":"%s","payloadType":"application/vnd.in-toto+json","signatures":[]}' \
    "$payload" >foreign.att
exits "attest: --add to what is no statement" 2 attest --add foreign.att --key ed25519.key \
    --output no.att
exits "attest: --add to what is no envelope" 2 attest --add same.json --key ed25519.key \
    --output no.att
exits "attest: --add and a report" 64 attest same.json --add hybrid.att --key ed25519.key \
    --output no.att
exits "attest: --add by nobody" 64 attest --add hybrid.att --output no.att

# Another program, and another machine.
exits "attest: --prepare" 0 attest same.json --prepare todo
holds "attest: what is to be signed" grep -q '^DSSEv1 28 application/vnd.in-toto+json ' todo.pae
takes "attest: prepared is not signed" 3 todo.json ed25519.pub
exits "attest: --prepare with a key" 64 attest same.json --prepare todo --key ed25519.key
exits "attest: --complete without all of it" 64 attest --complete todo.json --output no.att
exits "attest: a public key alone" 64 attest same.json --public-key ed25519.pub --output no.att
if command -v openssl >/dev/null; then
    openssl pkeyutl -sign -rawin -inkey ed25519.key -in todo.pae -out ed25519.sig
    openssl dgst -sha256 -sign ecdsa-p256.key -out ecdsa-p256.sig todo.pae
    openssl dgst -sha384 -sign ecdsa-p384.key -out ecdsa-p384.sig todo.pae
    openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \
        -sign rsa-pss-3072.key -out rsa-pss-3072.sig todo.pae
    cp todo.json joined.att
    for type in ed25519 ecdsa-p256 ecdsa-p384 rsa-pss-3072; do
        exits "attest: --complete, $type by openssl" 0 attest --complete joined.att \
            --public-key "$type.pub" --signature "$type.sig" --output joined.att
        takes "attest: joined, $type" 0 joined.att "$type.pub"
    done
    holds "attest: four signatures" [ "$(grep -c '"sig"' joined.att)" -eq 4 ]
    exits "attest: --complete twice" 2 attest --complete joined.att --public-key ed25519.pub \
        --signature ed25519.sig --output no.att
    exits "attest: --complete for another key" 2 attest --complete todo.json \
        --public-key sealed.pub --signature ed25519.sig --output no.att
    exits "attest: --complete of another envelope" 2 attest --complete hybrid.att \
        --public-key ecdsa-p256.pub --signature ecdsa-p256.sig --output no.att

    # Good signatures in a way that is not the algorithm's: RSA without PSS, with the longest salt
    # and none, with another digest; ECDSA with the other curve's digest.
    pss=(-sigopt rsa_padding_mode:pss -sign rsa-pss-3072.key)
    openssl dgst -sha256 -sign rsa-pss-3072.key -out 0-rsa-pss-3072.sig todo.pae
    openssl dgst -sha256 "${pss[@]}" -sigopt rsa_pss_saltlen:max -out 1-rsa-pss-3072.sig todo.pae
    openssl dgst -sha256 "${pss[@]}" -sigopt rsa_pss_saltlen:0 -out 2-rsa-pss-3072.sig todo.pae
    openssl dgst -sha384 "${pss[@]}" -sigopt rsa_pss_saltlen:32 -out 3-rsa-pss-3072.sig todo.pae
    openssl dgst -sha256 "${pss[@]}" -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha384 \
        -out 4-rsa-pss-3072.sig todo.pae
    openssl dgst -sha256 "${pss[@]}" -sigopt rsa_pss_saltlen:32 -out 5-rsa-pss-3072.sig todo.pae
    openssl dgst -sha384 -sign ecdsa-p256.key -out 6-ecdsa-p256.sig todo.pae
    openssl dgst -sha256 -sign ecdsa-p384.key -out 7-ecdsa-p384.sig todo.pae
    for signature in [0-9]-*.sig; do
        type=${signature#?-} type=${type%.sig} code=2
        [ "$signature" != 5-rsa-pss-3072.sig ] || code=0
        rm -f way.att
        exits "attest: ways to sign, $signature" "$code" attest --complete todo.json \
            --public-key "$type.pub" --signature "$signature" --output way.att
    done

    printf '#!/bin/sh\nexec openssl dgst -sha256 -sign ecdsa-p256.key\n' >signer
    chmod +x signer
    exits "attest: --sign-command" 0 attest same.json --sign-command ./signer \
        --public-key ecdsa-p256.pub --output program.att
    takes "attest: the program's signature" 0 program.att ecdsa-p256.pub
    exits "attest: --sign-command beside a key" 0 attest same.json --key ml-dsa-87.key \
        --sign-command ./signer --public-key ecdsa-p256.pub --output pair.att
    takes "attest: both signed" 0 pair.att ecdsa-p256.pub ml-dsa-87.pub
    exits "attest: --sign-command that adds" 0 attest --add hybrid.att --sign-command ./signer \
        --public-key ecdsa-p256.pub --output added.att
    exits "attest: --sign-command of another key" 2 attest same.json --sign-command ./signer \
        --public-key ecdsa-p384.pub --output no.att
    exits "compare: --sign-command in one go" 0 compare one.deb two.deb \
        --sign-command ./signer --public-key ecdsa-p256.pub --attestation go.att
    takes "compare: signed by the program" 0 go.att ecdsa-p256.pub
else
    skip "attest: sign elsewhere" "there is no openssl here"
fi
exits "attest: --sign-command needs its key" 64 attest same.json --sign-command true \
    --output no.att
for program in false true yes ./same.json /absent/program; do
    exits "attest: --sign-command $program" 2 attest same.json --sign-command "$program" \
        --public-key ed25519.pub --output no.att
done
holds "attest: nothing was signed by the failures" [ ! -e no.att ]
