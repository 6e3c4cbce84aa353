import Bytes

/// The catalogs of SGML, and those of XML entities in `/etc/xml` (OASIS XML Catalogs 1.1) that
/// packages register themselves in with `update-xmlcatalog`, as their own scripts ask for it.
/// Without them a document is looked for on the network.
struct Catalogs {
    let tree: RootTree
    let isMerged: Bool

    /// What a catalog delegates: identifiers of a kind that begin alike, and to which catalog.
    private struct Delegate: Hashable {
        let kind, start, catalog: ByteString
    }

    /// Adds the catalog of each package that has one, and the one at the root.
    func add(of installed: [DebianRoot.Installed]) throws(RebuildError) {
        try addOldOnes(installed)
        let packages = installed.map(\.control)
        var catalogs: [ByteString: [Delegate]] = [:]
        for package in packages.sorted(by: { $0.reference < $1.reference }) {
            let script = package.files["postinst"] ?? []
            for words in ShellWords(script, callsOf: "update-xmlcatalog").calls {
                guard let (name, delegate) = Catalogs.registration(words) else { continue }
                catalogs[name, default: []].append(delegate)
            }
        }
        for (name, delegates) in catalogs.sorted(by: { $0.key < $1.key }) {
            guard let place = RootPath("etc/xml/" + name, isMerged: isMerged),
                tree.claim(place) == nil
            else { continue }
            try tree.addFile(place, Catalogs.text(delegates))
        }
    }

    /// The one catalog of SGML, which names those that packages have in `/etc/sgml`.
    private func addOldOnes(_ installed: [DebianRoot.Installed]) throws(RebuildError) {
        guard installed.contains(where: { $0.control.reference.name == "sgml-base" }),
            let place = RootPath("var/lib/sgml-base/supercatalog", isMerged: isMerged),
            let link = RootPath("etc/sgml/catalog", isMerged: isMerged),
            tree.claim(place) == nil, tree.claim(link) == nil
        else { return }
        let names = installed.flatMap(\.list).filter { path in
            path.hasPrefix("/etc/sgml/") && path.hasSuffix(".cat")
        }
        let lines: [UInt8] = Set(names).sorted().flatMap { name in
            Array("CATALOG ".utf8) + name.bytes + [0x0a]
        }
        try tree.addFile(place, lines)
        try tree.addLink(
            link, to: "/" + place.text, time: tree.latest, by: RootTree.made)
    }

    /// The catalog that a call changes, and what it adds; `nil` for another call.
    private static func registration(_ words: [ByteString]) -> (ByteString, Delegate)? {
        func value(_ option: ByteString) -> ByteString? {
            guard let index = words.firstIndex(of: option), index + 1 < words.count else {
                return nil
            }
            return words[index + 1]
        }
        guard words.contains("--add"), let kind = value("--type"), let start = value("--id"),
            ["public", "system", "uri"].contains(kind), let package = value("--package"),
            package.isPackageName
        else { return nil }
        if words.contains("--root") {
            let delegate = Delegate(
                kind: kind, start: start, catalog: "file:///etc/xml/" + package + ".xml")
            return ("catalog", delegate)
        }
        guard let local = value("--local"), local.hasPrefix("/") else { return nil }
        return (package + ".xml", Delegate(kind: kind, start: start, catalog: "file://" + local))
    }

    /// A catalog, its entries sorted and each once.
    private static func text(_ delegates: [Delegate]) -> [UInt8] {
        let lines = Set(delegates.map { line($0) }).sorted()
        let head: ByteString =
            "<?xml version=\"1.0\"?>\n<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\n"
        return head.bytes + lines.flatMap(\.bytes) + Array("</catalog>\n".utf8)
    }

    private static func line(_ delegate: Delegate) -> ByteString {
        let (element, attribute): (ByteString, ByteString) =
            switch delegate.kind {
            case "public": ("delegatePublic", "publicIdStartString")
            case "system": ("delegateSystem", "systemIdStartString")
            default: ("delegateURI", "uriStartString")
            }
        return "  <" + element + " " + attribute + "=\"" + quoted(delegate.start) + "\" catalog=\""
            + quoted(delegate.catalog) + "\"/>\n"
    }

    /// Fit for the value of an attribute.
    private static func quoted(_ text: ByteString) -> ByteString {
        ByteString(
            text.bytes.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "&"): Array("&amp;".utf8)
                case UInt8(ascii: "<"): Array("&lt;".utf8)
                case UInt8(ascii: "\""): Array("&quot;".utf8)
                default: [byte]
                }
            })
    }
}
