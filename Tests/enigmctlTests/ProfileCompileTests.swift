import Bundle
import CanonicalJSON
import Cryptography
import TestSupport
import Testing

@Suite struct ProfileCompileTests {
    /// Each stage can be looked into, and no bundle is left.
    @Test(arguments: [
        ("profile", "name: good", "identity"), ("plan", "default-action: block", "paths"),
        ("table", "chain decide {", "nftables"), ("manifest", "default:", "enforcement"),
    ])
    func stagesAreShown(stage: String, line: String, key: String) throws {
        let directory = ScratchDirectory()
        let path = directory.write(Sample.good, to: "policy.yaml")
        let shown = enigmctl(["profile", "compile", path, "--stop-after", stage])
        #expect(shown.status == .exited(0))
        #expect(shown.output.contains(line), "\(shown.output.prefix(2000))")
        let document = try json(enigmctl(["profile", "compile", path, "--stop-after", stage, "--json"]).output)
        #expect(document["stage"] == .string(stage))
        #expect(document["content"]?.object?[key] != nil)
        #expect(!TextFile.exists(directory.path + "/policy.bundle"))
    }

    @Test func aStageThatIsNotReachedIsAFinding() throws {
        let directory = ScratchDirectory()
        let path = directory.write(Sample.good + Sample.unsupported, to: "policy.yaml")
        let read = enigmctl(["profile", "compile", path, "--stop-after", "profile"])
        #expect(read.status == .exited(0))
        #expect(read.output.contains("-.slice"), "\(read.output)")
        let planned = enigmctl(["profile", "compile", path, "--stop-after", "plan"])
        #expect(planned.status == .exited(1))
        #expect(planned.output.isEmpty && planned.errors.contains("error[P0501]"))
        #expect(enigmctl(["profile", "compile", path, "--stop-after", "plan", "--emit", "nft"]).status == .exited(2))
        #expect(enigmctl(["profile", "compile", path, "--stop-after", "lunch"]).status == .exited(2))
    }

    @Test func writesABundleBesideTheProfile() throws {
        let directory = ScratchDirectory()
        let result = enigmctl(["profile", "compile", directory.write(Sample.good, to: "good.yaml")])
        #expect(result.status == .exited(0))
        #expect(result.errors.isEmpty)
        let bundle = try Bundle.read(TextFile.bytes(of: directory.path("good.bundle")))
        #expect(bundle.manifest.profile.name == "good")
        #expect(bundle.manifest.defaultVerdict == .block)
        #expect(!bundle.isSigned)
        #expect(result.output.contains("digest   \(bundle.digest.hexadecimal)\n"))
        #expect(result.output.contains("0 subjects, "))
        #expect(result.output.contains("`default: { block: true }`"))
        #expect(TextFile.names(in: directory.path) == ["good.bundle", "good.yaml"])
    }

    @Test func theSameProfileGivesTheSameFile() {
        let directory = ScratchDirectory()
        let profile = directory.write(Sample.good, to: "good.yaml")
        for name in ["one", "two"] {
            #expect(enigmctl(["profile", "compile", profile, "-o", directory.path(name)]).status == .exited(0))
        }
        #expect(!TextFile.bytes(of: directory.path("one")).isEmpty)
        #expect(TextFile.bytes(of: directory.path("one")) == TextFile.bytes(of: directory.path("two")))
    }

    @Test func signs() throws {
        let directory = ScratchDirectory()
        let key = Ed25519PrivateKey.generate()
        let trust = key.publicKey
        let result = enigmctl([
            "profile", "compile", directory.write(Sample.good, to: "good.yaml"), "--sign",
            directory.write(key.pem, to: "key.pem"), "--output", directory.path("signed"), "--json",
        ])
        #expect(result.status == .exited(0))
        let bundle = try Bundle.read(TextFile.bytes(of: directory.path("signed")), trust: trust)
        let document = try #require(try json(result.output)["bundle"]?.object)
        #expect(document["digest"]?.string == bundle.digest.hexadecimal)
        #expect(document["signer"]?.string == trust.identifier.hexadecimal)
        #expect(document["path"]?.string == directory.path("signed"))
    }

    @Test func whatCannotBeCompiledIsNotWritten() {
        let directory = ScratchDirectory()
        let profile = directory.write(Sample.good + Sample.unsupported, to: "policy.yaml")
        let bundle = directory.write("the old one", to: "policy.bundle")
        let result = enigmctl(["profile", "compile", profile])
        #expect(result.status == .exited(1))
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("error[P0501]: this version does not enforce the root slice"))
        #expect(result.errorLines.last == "`\(profile)` does not compile: 1 error, 0 warnings")
        #expect(TextFile.text(of: bundle) == "the old one")
    }

    /// The environment: one line, exit code 3.
    @Test(arguments: [
        (["missing.yaml"], "cannot read the profile `DIR/missing.yaml`: no such file or directory"),
        (["good.yaml", "-o", "absent/b"], "cannot write the bundle `DIR/absent/b`: no such file or directory"),
        (["good.yaml", "-o", "folder"], "cannot write the bundle `DIR/folder`: is a directory"),
        (["good.yaml", "--sign", "missing"], "cannot read the key `DIR/missing`: no such file or directory"),
        (["good.yaml", "--sign", "good.yaml"], "cannot sign with `DIR/good.yaml`: not an unencrypted private key"),
    ])
    func theEnvironmentFails(words: [String], message: String) throws {
        let directory = ScratchDirectory()
        directory.write(Sample.good, to: "good.yaml")
        directory.directory("folder")
        let arguments = words.map { $0.hasPrefix("-") ? $0 : directory.path($0) }
        let expected = message.replacing("DIR", with: directory.path)
        let result = enigmctl(["profile", "compile"] + arguments)
        #expect(result.status == .exited(3))
        #expect(result.output.isEmpty)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("enigmctl: " + expected), "\(result.errors)")
        let document = try json(enigmctl(["--json", "profile", "compile"] + arguments).output)
        #expect(document["schema"] == "enigm.error/1")
        #expect(document["exit-code"] == 3)
        #expect(document["error"]?.string?.hasPrefix(expected) == true)
    }
}
