/// The tags of an rpm by number and name (rpm's `rpmtag.h`): those that packages have most.
enum RpmTag {
    /// Of the main header.
    static let main: [Int: String] = [
        63: "region", 100: "i18ntable", 1000: "name", 1001: "version", 1002: "release",
        1003: "epoch", 1004: "summary", 1005: "description", 1006: "buildtime", 1007: "buildhost",
        1009: "size", 1010: "distribution", 1011: "vendor", 1014: "license", 1015: "packager",
        1016: "group", 1020: "url", 1021: "os", 1022: "arch", 1023: "prein", 1024: "postin",
        1025: "preun", 1026: "postun", 1028: "filesizes", 1030: "filemodes", 1033: "filerdevs",
        1034: "filemtimes", 1035: "filedigests", 1036: "filelinktos", 1037: "fileflags",
        1039: "fileusername", 1040: "filegroupname", 1044: "sourcerpm", 1045: "fileverifyflags",
        1046: "archivesize", 1047: "providename", 1048: "requireflags", 1049: "requirename",
        1050: "requireversion", 1053: "conflictflags", 1054: "conflictname",
        1055: "conflictversion", 1064: "rpmversion", 1080: "changelogtime", 1081: "changelogname",
        1082: "changelogtext", 1085: "preinprog", 1086: "postinprog", 1087: "preunprog",
        1088: "postunprog", 1090: "obsoletename", 1094: "cookie", 1095: "filedevices",
        1096: "fileinodes", 1097: "filelangs", 1098: "prefixes", 1112: "provideflags",
        1113: "provideversion", 1114: "obsoleteflags", 1115: "obsoleteversion",
        1116: "dirindexes", 1117: "basenames", 1118: "dirnames", 1122: "optflags",
        1123: "disturl", 1124: "payloadformat", 1125: "payloadcompressor", 1126: "payloadflags",
        1132: "platform", 1140: "filecolors", 1141: "fileclass", 1142: "classdict",
        1143: "filedependsx", 1144: "filedependsn", 1145: "dependsdict", 5008: "longfilesizes",
        5009: "longsize", 5010: "filecaps", 5011: "filedigestalgo", 5012: "bugurl", 5034: "vcs",
        5062: "encoding", 5092: "payloaddigest", 5093: "payloaddigestalgo",
        5097: "payloaddigestalt",
    ]

    /// Of the signature header.
    static let signature: [Int: String] = [
        62: "region", 269: "sha1", 270: "longsize", 271: "longpayloadsize", 273: "sha256",
        1000: "size", 1004: "md5", 1007: "payloadsize", 1008: "reserved",
    ]

    /// The names of the tags whose values are attributes that rules know.
    static let ruled: Set<String> = ["rpm.buildtime", "rpm.buildhost", "rpm.cookie"]

    /// Signatures of the signature header: DSA, RSA, of files (IMA), of files (fs-verity), OpenPGP,
    /// and PGP, GPG and PGP 5 over header and payload.
    static let signatures: Set<Int> = [267, 268, 274, 275, 276, 277, 278, 1002, 1005, 1006]

    /// The name of a tag's fields.
    static func id(_ tag: Int, _ place: RpmHeader.Place) -> String {
        switch place {
        case .main: "rpm.\(main[tag] ?? "tag-\(tag)")"
        case .signature: "rpm.signature-header.\(signature[tag] ?? "tag-\(tag)")"
        }
    }
}
