internal import CanonicalJSON

/// What a service says about itself to `org.varlink.service.GetInfo` and `GetInterfaceDescription`.
package struct VarlinkService: Equatable, Sendable {
    package var vendor: String
    package var product: String
    package var version: String
    package var url: String
    /// Its own interfaces; `org.varlink.service` is added.
    package var interfaces: [VarlinkInterface]

    package init(vendor: String, product: String, version: String, url: String, interfaces: [VarlinkInterface]) {
        self.vendor = vendor
        self.product = product
        self.version = version
        self.url = url
        self.interfaces = interfaces
    }

    func interface(named name: String) -> VarlinkInterface? {
        ([.service] + interfaces).first { $0.name == name }
    }

    /// The reply to a call of `org.varlink.service`.
    func reply(to call: VarlinkCall) -> VarlinkReply {
        switch call.methodName {
        case "GetInfo":
            return VarlinkReply([
                "vendor": .string(vendor), "product": .string(product), "version": .string(version),
                "url": .string(url),
                "interfaces": .array(([.service] + interfaces).map { .string($0.name) }),
            ])
        case "GetInterfaceDescription":
            guard let name = call.parameters["interface"]?.string else { return .invalidParameter("interface") }
            guard let interface = interface(named: name) else { return .interfaceNotFound(name) }
            return VarlinkReply(["description": .string(interface.definition)])
        default:
            return .methodNotFound(call.method)
        }
    }
}

/// An interface and its definition in varlink's own language.
package struct VarlinkInterface: Equatable, Sendable {
    package let name: String
    package let definition: String

    package init(name: String, definition: String) {
        self.name = name
        self.definition = definition
    }

    /// What every service answers (varlink.org, "Service Interface").
    package static let service = VarlinkInterface(
        name: "org.varlink.service",
        definition: """
            # What every varlink service answers about itself.
            interface org.varlink.service

            method GetInfo() -> (
              vendor: string,
              product: string,
              version: string,
              url: string,
              interfaces: []string
            )

            method GetInterfaceDescription(interface: string) -> (description: string)

            error InterfaceNotFound (interface: string)
            error MethodNotFound (method: string)
            error MethodNotImplemented (method: string)
            error InvalidParameter (parameter: string)
            error PermissionDenied ()
            error ExpectedMore ()

            """)
}
