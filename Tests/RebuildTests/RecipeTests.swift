import Bytes
import Rebuild
import Testing

/// What recipes can say, and what they cannot.
@Suite struct RecipeTests {
    private static let head = """
        format = "tallystick/recipe/v1"
        name = "x"
        commands = ["make"]
        outputs = ["out"]

        """
    private static let tool = "[[tool]]\ntree = \"/usr\"\nat = \"/usr\"\n"

    private func recipe(_ text: String) throws -> Recipe {
        try Recipe(text: Array(text.utf8), base: "/recipes/")
    }

    @Test("a recipe with everything in it")
    func all() throws {
        let recipe = try recipe(
            """
            format = "tallystick/recipe/v1"
            name = "lib-1.0"
            folder = "/b/lib"
            commands = ["./configure && make", ["make", "install", "install"]]
            outputs = ["out/*.so.?", "out/lib"]
            source-date-epoch = 0
            network = "loopback"

            [environment]
            LANG_X = ""
            CFLAGS = "-O2"

            [limits]
            memory = "2 GiB"
            disk = 1000
            processes = 5
            seconds = 6

            [[source]]
            tree = "src"

            [[source]]
            file = "/abs/patch.diff"
            at = "patches/1.diff"

            [[source]]
            archive = "x.tar"
            at = "vendor"

            [[tool]]
            tree = "/usr"
            at = "/usr"
            exclude = ["/share/doc", "*.pyc"]

            [[tool]]
            name = "the compiler"
            file = "cc"
            at = "/usr/bin/cc"
            """)
        #expect(recipe.name == "lib-1.0")
        #expect(recipe.folder == "/b/lib")
        #expect(
            recipe.commands.map(\.words) == [
                ["/bin/sh", "-e", "-c", "./configure && make"], ["make", "install", "install"],
            ])
        #expect(recipe.outputs == ["out/*.so.?", "out/lib"])
        #expect(recipe.epoch == 0)
        #expect(recipe.network == .loopback)
        #expect(recipe.environment == [.init("CFLAGS", "-O2"), .init("LANG_X", "")])
        #expect(recipe.limits.memory == 2 << 30)
        #expect(recipe.limits.disk == 1000)
        #expect(recipe.limits.processes == 5)
        #expect(recipe.limits.seconds == 6)
        #expect(
            recipe.inputs.map(\.name) == [
                "src", "/abs/patch.diff", "x.tar", "/usr", "the compiler",
            ])
        #expect(
            recipe.inputs.map(\.path) == [
                "/recipes/src", "/abs/patch.diff", "/recipes/x.tar", "/usr", "/recipes/cc",
            ])
        #expect(
            recipe.inputs.map(\.place) == [".", "patches/1.diff", "vendor", "/usr", "/usr/bin/cc"])
        #expect(recipe.inputs[3].excluded == ["/share/doc", "*.pyc"])
    }

    @Test("what is not said has a default")
    func defaults() throws {
        let recipe = try recipe(
            RecipeTests.head + RecipeTests.tool + "[[source]]\nfile = \"a/b.c\"\n")
        #expect(recipe.folder == "/build/x")
        #expect(recipe.network == .none)
        #expect(recipe.epoch == nil)
        #expect(recipe.environment.isEmpty)
        #expect(recipe.limits == Recipe.Limits())
        #expect(recipe.inputs.first?.place == "b.c")
    }

    /// A text that is put behind a good recipe, or replaces a line of it, and what is said of it.
    private static let faults: [(change: String, to: String, message: String)] = [
        (
            "format = \"tallystick/recipe/v1\"", "format = \"v2\"",
            "format is \"v2\", not tallystick"
        ),
        ("format = \"tallystick/recipe/v1\"", "", "format is missing"),
        ("name = \"x\"", "name = \"X\"", "name is \"X\"; a name has"),
        ("name = \"x\"", "name = \"..\"", "name is \"..\""),
        ("name = \"x\"", "nam = \"x\"", "name is missing"),
        ("name = \"x\"", "name = \"x\"\nname = \"y\"", "the recipe is not TOML"),
        ("name = \"x\"", "name = \"x\"\ncolour = 1", "colour is not known here"),
        ("name = \"x\"", "name = \"x\"\nfolder = \"/a/../b\"", "folder is \"/a/../b\", not an abs"),
        ("name = \"x\"", "name = \"x\"\nfolder = \"b\"", "folder is \"b\", not an absolute"),
        (
            "name = \"x\"", "name = \"x\"\nfolder = \"/tmp/b\"",
            "folder is \"/tmp/b\", where the sand"
        ),
        ("name = \"x\"", "name = \"x\"\nfolder = \"/usr/b\"", "tool[0].at and the build folder"),
        ("name = \"x\"", "name = \"x\"\nnetwork = \"all\"", "network is \"all\", neither"),
        (
            "name = \"x\"", "name = \"x\"\nsource-date-epoch = -1",
            "the recipe has the value -1, which is no text, whole number, true, false, nor a "
                + "time as 2027-01-31T12:00:00Z, line 3"
        ),
        ("[\"make\"]", "[]", "commands is empty"),
        ("[\"make\"]", "[\"\"]", "commands has something at [0]"),
        ("[\"make\"]", "[[\"\", \"a\"]]", "commands has something at [0]"),
        ("[\"make\"]", "[\"a\", [1]]", "commands has something at [1]"),
        ("[\"make\"]", "\"make\"", "commands is not a list"),
        ("[\"out\"]", "[]", "outputs is empty"),
        ("[\"out\"]", "[\"out\", \"out\"]", "outputs has \"out\" twice"),
        ("[\"out\"]", "[\"/etc/x\"]", "outputs has \"/etc/x\", which is no path below"),
        ("[\"out\"]", "[\"../x\"]", "outputs has \"../x\", which is no path below"),
        ("[\"out\"]", "[\"a/**\"]", "outputs has \"a/**\"; * stands for"),
        ("at = \"/usr\"", "", "tool[0].at is missing"),
        ("at = \"/usr\"", "at = \"usr\"", "tool[0].at is \"usr\", not an absolute path"),
        ("at = \"/usr\"", "at = \"/\"", "tool[0].at is \"/\", where the sandbox"),
        ("at = \"/usr\"", "at = \"/proc/x\"", "tool[0].at is \"/proc/x\", where the sandbox"),
        ("at = \"/usr\"", "at = \"/build\"", "tool[0].at and the build folder"),
        ("at = \"/usr\"", "at = \"/usr\"\nmode = 1", "tool[0].mode is not known here"),
        ("tree = \"/usr\"", "", "tool[0] needs exactly one of file, tree"),
        ("tree = \"/usr\"", "tree = \"/usr\"\nfile = \"x\"", "tool[0] needs exactly one of file"),
        ("tree = \"/usr\"", "tree = \"\"", "tool[0].tree is empty"),
        ("tree = \"/usr\"", "file = \"a\"\nexclude = [\"x\"]", "tool[0].exclude is for a tree"),
        ("", "[[tool]]\ntree = \"/usr\"\nat = \"/b\"", "tool[0] and tool[1] are both called"),
        ("", "[[tool]]\ntree = \"/c\"\nat = \"/usr\"", "tool[1].at is where tool[0] is"),
        ("", "[[tool]]\npool = \"p\"\nat = \"/p\"", "tool[1].at is for other tools"),
        (
            "", "[[tool]]\npool = \"p\"\n[[tool]]\noci = \"o\"",
            "tool[1] and tool[2] are both a root"
        ),
        ("", "[[source]]\npool = \"p\"", "source[0].pool is for a [[tool]]"),
        ("", "[[source]]\ntree = \"p\"\nat = \"/p\"", "source[0].at is \"/p\", not a path below"),
        ("", "[[source]]\ntree = \"p\"\nat = \"../p\"", "source[0].at is \"../p\""),
        ("", "[[source]]\nfile = \"p\"\nat = \".\"", "source[0].at is \".\""),
        ("", "[source]\ntree = \"p\"", "source is not an array of tables"),
        ("", "[environment]\nSOURCE_DATE_EPOCH = \"1\"", "environment.SOURCE_DATE_EPOCH is set by"),
        ("", "[environment]\n\"A=B\" = \"1\"", "environment.A=B is no name"),
        ("", "[environment]\n1A = \"1\"", "environment.1A is no name"),
        ("", "[environment]\nA = 1", "environment.A is not a text"),
        ("", "[limits]\nmemory = \"2 GB\"", "limits.memory is no amount of bytes"),
        ("", "[limits]\nmemory = 0", "limits.memory is no amount of bytes"),
        ("", "[limits]\nmemory = \"99999999999 TiB\"", "limits.memory is no amount of bytes"),
        ("", "[limits]\nseconds = 0", "limits.seconds is not a whole number from 1"),
        ("", "[limits]\ncores = 2", "limits.cores is not known here"),
    ]

    @Test("what is unknown, missing, twice or contradictory is refused with its place")
    func faults() throws {
        let good = RecipeTests.head + RecipeTests.tool
        _ = try recipe(good)
        for fault in RecipeTests.faults {
            let text =
                fault.change.isEmpty
                ? good + fault.to : good.replacing(fault.change, with: fault.to)
            #expect(text != good)
            let error = #expect(throws: RebuildError.self, "\(fault.to)") { try recipe(text) }
            #expect(error?.code == .declaration)
            let message = error?.message ?? ""
            #expect(message.hasPrefix(fault.message), "\(fault.to): \(message)")
        }
    }

    @Test("a tool in another one comes after it")
    func nesting() throws {
        let inner = "[[tool]]\ntree = \"j\"\nat = \"/usr/lib/j\"\n"
        #expect(try recipe(RecipeTests.head + RecipeTests.tool + inner).inputs.count == 2)
        let error = #expect(throws: RebuildError.self) {
            try recipe(RecipeTests.head + inner + RecipeTests.tool)
        }
        #expect(error?.message.hasPrefix("tool[1].at would hide tool[0], which is in it") == true)
    }

    @Test("without a tool there is nothing to build with")
    func toolless() throws {
        let error = #expect(throws: RebuildError.self) { try recipe(RecipeTests.head) }
        #expect(error?.message.hasPrefix("there is no [[tool]]") == true)
    }
}
