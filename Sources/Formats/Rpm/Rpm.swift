import Anatomy
import Bytes

extension Format {
    /// Packages of the RPM package manager, formats 3 and 4.
    public static let rpm = Format(
        name: "rpm", title: "RPM package", shape: .archive,
        magic: [Magic([0xed, 0xab, 0xee, 0xdb])], access: .random,
        specification: "https://rpm-software-management.github.io/rpm/manual/format_v4.html",
        fields: rpmFields,
        recognizes: { start in
            // What file(1) and rpm look at, too: a header where the first one has to be.
            start.dropFirst(RpmPackage.leadSize).starts(with: RpmHeader.magic)
        },
        expand: { run in RpmPackage.expand(run) },
        dissect: { layer, limits throws(SourceError) in try RpmDissector(layer, limits) })

    private static let rpmBuildTime = Rule(
        "rpm.buildtime",
        tolerates: "another time of the build",
        reason: "nothing is installed differently by it, and digests over it are checked",
        refuses: "if the tag is of another type, or missing on one side",
        hides: "when the package was built", profile: .packaging)
    private static let rpmBuildHost = Rule(
        "rpm.buildhost",
        tolerates: "another name of the machine that built the package",
        reason: "nothing is installed differently by it, and digests over it are checked",
        refuses: "if the tag is of another type, or missing on one side",
        hides: "where the package was built; a message hidden in the name", profile: .packaging)
    private static let rpmCookie = Rule(
        "rpm.cookie",
        tolerates: "another mark of the build, which rpmbuild makes of its host and time",
        reason: "it only says which packages one build made, and digests over it are checked",
        refuses: "if the tag is of another type, or missing on one side",
        hides: "which build made the package; a message hidden in the mark", profile: .packaging)
    private static let rpmSignature = Rule(
        "rpm.signature",
        tolerates: "other signatures in the signature header, or none, and other space for them",
        reason: "what is signed is compared, and its digests are checked",
        refuses: "unless the user names it: it is in no profile",
        hides: "who vouches for the package", profile: .none)

    private static let rpmRules = [
        "rpm.buildtime": rpmBuildTime, "rpm.buildhost": rpmBuildHost, "rpm.cookie": rpmCookie,
    ]

    private static let rpmFields: [FieldKind] =
        [
            FieldKind("rpm.lead", "what identifies the file to old tools"),
            FieldKind("rpm.header", "the beginning of a header"),
            FieldKind("rpm.header.size", "how many tags and bytes a header has"),
            FieldKind("rpm.offset", "where in the store a value is"),
            FieldKind("rpm.padding", "zeros up to where a value or header begins"),
            FieldKind("rpm.signature", "a signature, or space for one", rule: rpmSignature),
            FieldKind("rpm.unaccounted", "bytes of a store that no tag has"),
        ]
        + RpmTag.main.keys.sorted().map { tag in
            let id = RpmTag.id(tag, .main)
            return FieldKind(id, "the tag \(tag)", rule: rpmRules[id])
        }
        + RpmTag.ruled.sorted().flatMap { id in
            [
                FieldKind(id + ".line", "what the index says of that tag"),
                FieldKind(id + ".other", "a value of that tag which is none of its kind"),
            ]
        }
        + RpmTag.signature.keys.sorted().map { tag in
            FieldKind(RpmTag.id(tag, .signature), "the tag \(tag) of the signature header")
        }
}
