import Bytes

/// Writes what dpkg knows of a machine: `/var/lib/dpkg` (dpkg(1), section "Files").
struct PackageDatabase {
    let tree: RootTree
    let isMerged: Bool

    /// Writes the status of all packages and their `info` files. Control files go in as they are.
    func write(_ installed: [DebianRoot.Installed]) throws(RebuildError) {
        let packages = installed.sorted { $0.control.reference < $1.control.reference }
        var status: [UInt8] = []
        var architectures: Set<ByteString> = []
        for package in packages {
            status += PackageDatabase.status(of: package.control)
            try writeInfo(package)
            architectures.insert(package.control.reference.architecture ?? "all")
        }
        architectures.remove("all")
        try put("status", status)
        for name: ByteString in ["available", "diversions", "statoverride"] { try put(name, []) }
        // The format in which names of files carry an architecture.
        try put("info/format", Array("1\n".utf8))
        let names: [UInt8] = architectures.sorted().flatMap { name in name.bytes + [0x0a] }
        try put("arch", names)
        try put("triggers/File", [])
        try put("triggers/Unincorp", [])
        try folder("updates")
    }

    /// A package's paragraph: its control paragraph, and that it is there.
    private static func status(of package: PackageControl) -> [UInt8] {
        let lines = package.text.split(separator: 0x0a)
        let first = lines.firstIndex { ByteString($0).hasPrefix("Package:") } ?? lines.startIndex
        var text: [UInt8] = []
        for (index, line) in lines.enumerated() {
            text += line + [0x0a]
            if index == first { text += Array("Status: install ok installed\n".utf8) }
        }
        return text + [0x0a]
    }

    private func writeInfo(_ package: DebianRoot.Installed) throws(RebuildError) {
        let name = package.control.databaseName
        let list: [UInt8] = package.list.flatMap { path in path.bytes + [0x0a] }
        try put("info/" + name + ".list", list)
        for (file, content) in package.control.files.sorted(by: { $0.key < $1.key }) {
            try put("info/" + name + "." + file, content)
        }
    }

    private func put(_ name: ByteString, _ content: [UInt8]) throws(RebuildError) {
        guard let place = RootPath("var/lib/dpkg/" + name, isMerged: isMerged) else { return }
        try tree.addFile(place, content)
    }

    private func folder(_ name: ByteString) throws(RebuildError) {
        guard let place = RootPath("var/lib/dpkg/" + name, isMerged: isMerged) else { return }
        try tree.addFolder(place, mode: 0o755, time: 0, by: RootTree.made)
    }
}
