internal import ArgumentParser
internal import ProfileLoader

/// `enigmctl profile schema`: the language, for editors.
struct ProfileSchemaCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of profiles, for editors.",
        discussion: """
            Editors that know JSON Schema (2020-12) complete keys and mark slips while a profile is written. \
            `profile check` sees more: names that are declared nowhere, values that do not fit together.

            EXAMPLES:
              enigmctl profile schema > ~/.config/enigm-profile.schema.json
              and in a profile: # yaml-language-server: $schema=/home/alice/.config/enigm-profile.schema.json

            EXIT STATUS:
              0 printed
            """)

    @OptionGroup var global: GlobalOptions

    func run() throws { Document.write(ProfileSchema.document) }
}
