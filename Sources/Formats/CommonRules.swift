import Anatomy

extension Rule {
    /// Other encoded bytes of the same content, by the same codec.
    static func compression(_ codec: String, parameters: String) -> Rule {
        Rule(
            "\(codec).compression",
            tolerates: "other \(codec) bytes for the same content: \(parameters)",
            reason: "whatever decodes both yields the same content, which is compared byte for "
                + "byte",
            refuses: "if the content differs, the data is malformed, or the codec is another",
            hides: "which encoder was used and how, also a check or filter that a small decoder "
                + "lacks; a message hidden in the choice of encodings")
    }

    /// Other bytes that write down the same values.
    static func encoding(_ format: String, examples: String) -> Rule {
        Rule(
            "\(format).encoding",
            tolerates: "other bytes that write down the same value: \(examples)",
            reason: "readers take the same value from both; the values are compared",
            refuses: "if readers in the wild take different values from the bytes",
            hides: "which program wrote the container; a message hidden in the choice of encodings")
    }

    /// Another order of members.
    static func order(_ name: String) -> Rule {
        Rule(
            name,
            tolerates: "another order of the same members",
            reason: "unpacking in any order makes the same files",
            refuses: "unless on both sides names are unique (also under case and Unicode folding), "
                + "no path runs through a symlink member, each hard link follows its target and "
                + "each directory precedes what it holds; where a first entry has a meaning, it "
                + "must stay first",
            hides: "the order in which members were added")
    }

    /// A time in a member's metadata.
    static func time(_ name: String, _ what: String) -> Rule {
        Rule(
            name,
            tolerates: "another \(what)",
            reason: "what is unpacked has the same names, rights and content",
            refuses: "for members that a companion in the same container is checked against by "
                + "time: a timestamp-validated .pyc, .elc, .zwc, a .clj beside its .class, a .scm "
                + "beside a compiled .go",
            hides: "when the member was written; times by which `make` decides what to make again")
    }

    /// A member's owner.
    static func owner(_ name: String) -> Rule {
        Rule(
            name,
            tolerates: "another user or group, by number or name",
            reason: "owners of unpacked files are those of whoever unpacks them",
            refuses: "unless named by the user, where what is installed gets its owner from it "
                + "(archives in archives, as data.tar in a .deb or a layer in an image; packages "
                + "of RPM, Arch, Alpine, FreeBSD, Void and Slackware; an initramfs) "
                + "or rights hang on it (setuid, setgid, capabilities, devices)",
            hides: "who built it; with --allow, who will own what is installed")
    }
}
