package dev.overlapped.provider;

/// A question to the system's resolver. Node or service may be null, not both.
///
/// @param passive    addresses to bind to, where the node is null
/// @param canonical  the first answer carries the canonical name
/// @param numericNode    no look-up: the node must be a literal address
/// @param numericService no look-up: the service must be a port number
/// @param family     null: any
/// @param type       null: any
public record NameQuery(
        String node,
        String service,
        boolean passive,
        boolean canonical,
        boolean numericNode,
        boolean numericService,
        SocketKind.Family family,
        SocketKind.Type type) {
}
