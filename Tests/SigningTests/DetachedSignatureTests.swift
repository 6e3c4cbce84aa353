import Bytes
import Signing
import Testing

/// Signatures over one list by the programs themselves: minisign 0.11, signify 31, OpenSSH 9.2.
enum Foreign {
    /// The list: the SHA-256 of the letter A.
    static let list = Array(
        "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd  tool.tar\n".utf8)

    static let minisignKey = "RWTlgOoXdfNtF9zsOTREy7aungEg7mJQXUEn+8qwtGgQwMa/MZDGrpuM"
    static let signifyKey = "RWScaAV1g4aNVeaeILuj89XSphVuvJZ9RUbZzCFIjGN+jFqe3+ulKqOm"
    static let ed25519Key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVw1LZF9OAKaGmu8p/C0rnYfq/HDyJC9XYPfdumPmfZ me"
    static let p256Key = [
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNY4Hcbe",
        "NXonzcHnS/s55fjdjF3w1rZVrE7PIv+PR/pwF9ADoM4kG0O3otOS/fI17C/ZA74lLAjPIQfTvzLPaBM=",
        " me",
    ].joined()
    static let p384Key = [
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBXE3HWR",
        "qhVu7JAjrKBO369FJDm2it87dpuK7b17npaKNbNjev9pyfcmd7wA55JIVOqwLLJxPcvaZp+qHzUKIwDf",
        "tdEiE5kjzfmEiCnC7GdPk8N4zmyj9QHCNN7T1y5X2A== me",
    ].joined()
    static let rsaKey = [
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCmJAT1p8ejpjrH4iaiR+LhGGMrqfZGG55PyC33But6",
        "AJK7qrtqLdeHzkkx4RKNfNmq2xltSzFvvbnqGyv0/KuBiuEFKfPq77j/RRWTumEqyqiiciSok3Z3bdXT",
        "myvVUf8TNZxI1THbJx8m4TktUf0z2pnOny2lW+QnDGCV0w/VUQt2bp2NiohrQeIKq24R402/zOT+S+/L",
        "IYgk0Xpr8rMFVkCndCCp2+jGzn3DNeQYG9YGLBOlp5z7BC5gMLWkkTepfOl82XQNe9y7ay+uUvZlzrGB",
        "CO/9MELFRNy81ddXUcIEeWflWlPxaLFYP3Hs0boeGV0OZG+o6h5Z7jFIxJc1BtuqD1LXzcASLA2uvfzS",
        "4wEfHHfGGwexsm8cMYWUS2nyS5MlCSJ4iZ+Y8FFYYVCjwRaiMZixA9lZkI5B01lzGLhvnGbA0ntGgdV4",
        "3fjPFFdB1vBvmV1UzeY5S/pQwIu2/0N1QUORvG0uhcwy5Qxi+HrIWGf9GjJpzeZYgdzhLGk= me",
    ].joined()
    static let minisign = """
        untrusted comment: signature from minisign secret key
        RUTlgOoXdfNtF9MFgLzIQvP1VTGRQE1BGpl3W+XQG8pV4rGhdBxJ7gRipuU3NU9BsVMxQCjrsiCKCBOK26aJIgM/f5unT+N+QAk=
        trusted comment: timestamp:1\tfile:SHA256SUMS
        XgSmfaNxp0wom+L1PgNoU4claEdR500gtELnTCVW0fbvA3AMzaiWTIKw3XokBBkjwxhkzE5Tzn8bDk0kPJiFCg==

        """
    static let legacy = """
        untrusted comment: signature from minisign secret key
        RWTlgOoXdfNtF33r1JWljMtdVySC+vnqItYiCHtArGRnK8GozwdjxpvlZDgpOb8WRircpn0kKcZvi5bg66kvD2nlRuVP0/r2oQ8=
        trusted comment: old
        kxECZ/BW3lUX5pqcouMos4Kabo4ecSkUHBWtm3VLiyZRbrscbv1WCw1l3OLCC5XZD9WBeXOL1dzR4KePDpg8Bg==

        """
    static let signify = """
        untrusted comment: verify with s.pub
        RWScaAV1g4aNVTMBu9Yk8wP4NvQC1wHsTXpOL+MPARyZJ7OS2FJd+YXub1RZ9JAl7iAzxkdsWQX1WwHtEBrm3IMxWVYmjS/lkwI=

        """
    static let ed25519 = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg9XDUtkX04Apoaa7yn8LSudh+r8
        cPIkL1dg9926Y+Z9kAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx
        OQAAAEAeDOgdFMhmFDhlj4X40jnxtB1zdiZx9oXBHKQ4q1z1swN9A/lSunQxi5u6QLD85A
        6JLnoASz2yRbtR48aI7RMA
        -----END SSH SIGNATURE-----

        """
    static let ed25519SHA256 = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg9XDUtkX04Apoaa7yn8LSudh+r8
        cPIkL1dg9926Y+Z9kAAAAEZmlsZQAAAAAAAAAGc2hhMjU2AAAAUwAAAAtzc2gtZWQyNTUx
        OQAAAEBqfqAOCdm0HhMkzcL0Gph4Y+W983spq96KmUW2At6o+z9/8dpEGfRWhwb+xLxK0q
        IW4mqRkbHA3E1z8Dwouw8A
        -----END SSH SIGNATURE-----

        """
    static let p256 = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE
        EE1jgdxt41eifNwedL+znl+N2MXfDWtlWsTs8i/49H+nAX0AOgziQbQ7ei05L98jXsL9kD
        viUsCM8hB9O/Ms9oEwAAAARmaWxlAAAAAAAAAAZzaGE1MTIAAABjAAAAE2VjZHNhLXNoYT
        ItbmlzdHAyNTYAAABIAAAAIBSypbUviSZrZeNkYR/AynfIl5Rpev+lY1sN0c74ZFc9AAAA
        ICOQlGKFhr0uLpMs+ftsCVTKC6ytDUUbRUu2EMjDPhM1
        -----END SSH SIGNATURE-----

        """
    static let p384 = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAAIgAAAATZWNkc2Etc2hhMi1uaXN0cDM4NAAAAAhuaXN0cDM4NAAAAG
        EEFcTcdZGqFW7skCOsoE7fr0UkObaK3zt2m4rtvXueloo1s2N6/2nJ9yZ3vADnkkhU6rAs
        snE9y9pmn6ofNQojAN+10SITmSPN+YSIKcLsZ0+Tw3jObKP1AcI03tPXLlfYAAAABGZpbG
        UAAAAAAAAABnNoYTUxMgAAAIQAAAATZWNkc2Etc2hhMi1uaXN0cDM4NAAAAGkAAAAxAKtg
        ZXEhY1GF3i14Om/qYAJhncc5Jk2Lkpb/JModsKrH6XIyWJHOWstzdMB0p0EwFAAAADBV1E
        cKZGYMaSPozwAyYRRW0y5b3XCd4Z5uDeOC6XwzeX7zsJFXl7wNY7b1Xb/YyBA=
        -----END SSH SIGNATURE-----

        """
    static let git = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg9XDUtkX04Apoaa7yn8LSudh+r8
        cPIkL1dg9926Y+Z9kAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
        AAAAQHzblurBpx61ChWMfloF24N0/aeUPO/lkkWFIeDBA3c0PZG4IXmCVE+6o+UCaMoce4
        8tEU0/kprYWpu2kOm+mwY=
        -----END SSH SIGNATURE-----

        """

    /// Signatures, with the key of each as read from that program's file.
    static func all() throws -> [(DetachedSignature, PublicKey)] {
        let pairs = [
            (minisign, try PublicKey(minisign: Array(minisignKey.utf8))),
            (legacy, try PublicKey(minisign: Array(minisignKey.utf8))),
            (signify, try PublicKey(minisign: Array(signifyKey.utf8))),
            (ed25519, try PublicKey(ssh: Array(ed25519Key.utf8))),
            (ed25519SHA256, try PublicKey(ssh: Array(ed25519Key.utf8))),
            (p256, try PublicKey(ssh: Array(p256Key.utf8))),
            (p384, try PublicKey(ssh: Array(p384Key.utf8))),
        ]
        return try pairs.map { (try DetachedSignature(text: Array($0.utf8)), $1) }
    }

    static let texts = [minisign, legacy, signify, ed25519, ed25519SHA256, p256, p384]
}

struct DetachedSignatureTests {
    @Test func `each program's signature is by its key and no other`() throws {
        let all = try Foreign.all()
        let keys = Array(Set(all.map(\.1)))
        #expect(keys.count == 5)
        for (signature, key) in all {
            #expect(signature.signers(among: keys, over: Foreign.list) == [key])
            #expect(signature.signers(among: keys.filter { $0 != key }, over: Foreign.list) == [])
            #expect(signature.signers(among: keys, over: Foreign.list + [0x0a]) == [])
            #expect(signature.allegedSigner.map { $0 == key } ?? true)
        }
    }

    /// What is left out of the value, comments that are not signed and a key's number, may be
    /// anything; whatever else a flip leads to does not verify.
    @Test(arguments: Foreign.texts.indices)
    func `every flip of a signature is seen`(index: Int) throws {
        let (good, key) = try Foreign.all()[index]
        let text = Array(Foreign.texts[index].utf8)
        var refused = 0
        for place in text.indices {
            for bit in 0..<8 {
                var bent = text
                bent[place] ^= 1 << bit
                guard let read = try? DetachedSignature(text: bent),
                    read.signers(among: [key], over: Foreign.list) == [key]
                else {
                    refused += 1
                    continue
                }
                #expect(read == good, "byte \(place), bit \(bit)")
            }
        }
        #expect(refused > text.count * 3)
    }

    @Test func `every flip of the list is seen`() throws {
        for (signature, key) in try Foreign.all() {
            for place in Foreign.list.indices {
                var bent = Foreign.list
                bent[place] ^= 1
                #expect(signature.signers(among: [key], over: bent).isEmpty)
            }
        }
    }

    @Test func `the trusted comment is checked`() throws {
        let key = try PublicKey(minisign: Array(Foreign.minisignKey.utf8))
        let lines = Foreign.legacy.split(separator: "\n").map(String.init)
        func signers(_ lines: [String]) -> [PublicKey]? {
            let text = Array((lines.joined(separator: "\n") + "\n").utf8)
            return try? DetachedSignature(text: text).signers(among: [key], over: Foreign.list)
        }
        #expect(signers(lines) == [key])
        #expect(signers([lines[0], lines[1], "trusted comment: new", lines[3]]) == [])
        #expect(signers(Array(lines.prefix(3))) == nil)
        #expect(signers(lines + ["more"]) == nil)
        #expect(signers([lines[0], lines[1], "", lines[2], lines[3]]) == nil)
    }

    @Test func `a legacy signature of minisign has one of signify in it`() throws {
        let key = try PublicKey(minisign: Array(Foreign.minisignKey.utf8))
        let half = Foreign.legacy.split(separator: "\n").prefix(2).joined(separator: "\n")
        let signature = try DetachedSignature(text: Array(half.utf8))
        #expect(signature.signers(among: [key], over: Foreign.list) == [key])
        let hashed = Foreign.minisign.split(separator: "\n").prefix(2).joined(separator: "\n")
        #expect(throws: SigningError.self) { try DetachedSignature(text: Array(hashed.utf8)) }
    }

    @Test func `a signature for anything but a file is refused`() {
        #expect(throws: SigningError.self) {
            try DetachedSignature(text: Array(Foreign.git.utf8))
        }
        let rsa = Array(Foreign.rsaKey.utf8)
        #expect(throws: SigningError.self) { try PublicKey(ssh: rsa) }
    }

    @Test func `cut and lengthened texts are refused`() {
        for text in Foreign.texts.map({ Array($0.utf8) }) where text != Array(Foreign.legacy.utf8) {
            for end in 0..<(text.count - 1) {
                #expect((try? DetachedSignature(text: Array(text[..<end]))) == nil, "\(end)")
            }
            for more in ["\n", "x", "\nx\n"] {
                #expect((try? DetachedSignature(text: text + Array(more.utf8))) == nil)
            }
        }
    }
}

struct ForeignKeyTests {
    /// A key as rebuilderd writes it: an AlgorithmIdentifier with a NULL.
    private let rebuilderd = """
        -----BEGIN PUBLIC KEY-----
        MCwwBwYDK2VwBQADIQBLNcEcgErQ1rZz9oIkUnzc3fPuqJEALr22rNbrBK7iqQ==
        -----END PUBLIC KEY-----

        """

    @Test func `a malformed key becomes the canonical one`() throws {
        let key = try PublicKey(rebuilderd: Array(rebuilderd.utf8))
        #expect(throws: SigningError.self) { try PublicKey(pem: Array(rebuilderd.utf8)) }
        #expect(try PublicKey(pem: key.pem) == key)
        #expect(Hex.encode(key.der).hasPrefix("302a300506032b6570032100"))
        #expect(
            key.inTotoKeyID
                == "1ae6d32cb5bb8a98312106de28e50af7e09a9b294d51df459537908ac1288b8f")
        #expect(throws: SigningError.self) { try PublicKey(rebuilderd: key.pem) }
    }

    @Test func `one key is one key in every form`() throws {
        let ssh = try PublicKey(ssh: Array(Foreign.ed25519Key.utf8))
        let raw = try #require(ssh.ed25519Bytes)
        let line = Base64.encode(Array("Ed01234567".utf8) + raw)
        #expect(try PublicKey(minisign: Array(line.utf8)) == ssh)
        #expect(
            try PublicKey(minisign: Array("untrusted comment: x\n\(line)\n".utf8)) == ssh)
        let object: [UInt8] = [0x30, 0x2c, 0x30, 7, 6, 3, 0x2b, 0x65, 0x70, 5, 0, 3, 0x21, 0]
        let pem =
            "-----BEGIN PUBLIC KEY-----\n\(Base64.encode(object + raw))\n-----END PUBLIC KEY-----\n"
        #expect(try PublicKey(rebuilderd: Array(pem.utf8)) == ssh)
    }

    @Test func `other texts are no keys`() {
        for text in [
            "", "\n", "RWQ", "untrusted comment: x", Foreign.ed25519Key,
            Foreign.minisignKey + "\n\n",
            "RUTlgOoXdfNtF9zsOTREy7aungEg7mJQXUEn+8qwtGgQwMa/MZDGrpuM",
        ] {
            #expect(throws: SigningError.self) { try PublicKey(minisign: Array(text.utf8)) }
        }
        for text in [
            "", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa" + Foreign.ed25519Key.dropFirst(11),
            Foreign.ed25519Key + "\nssh-ed25519", "no-pty " + Foreign.ed25519Key,
        ] {
            #expect(throws: SigningError.self) { try PublicKey(ssh: Array(text.utf8)) }
        }
    }
}
