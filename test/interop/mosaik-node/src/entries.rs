//! Peer entries as JSON, and entries of peers that do not exist.

use {
    crate::{Failure, now_ms},
    mosaik::{
        SecretKey,
        discovery::{Discovery, PeerEntry},
        iroh::{EndpointAddr, RelayUrl, TransportAddr},
    },
    serde_json::{Value, json},
    std::net::SocketAddr,
};

/// What an entry says.
pub fn entry(entry: &PeerEntry) -> Value {
    let version = entry.update_version();
    let mut said = json!({
        "endpointId": entry.id().to_string(),
        "protocol": entry.protocol_version().to_string(),
        "version": { "startedAt": version.started_at().timestamp_millis(), "updatedAt": version.updated_at().timestamp_millis() },
        "addresses": entry.address().ip_addrs().map(ToString::to_string).collect::<Vec<_>>(),
        "relays": entry.address().relay_urls().map(ToString::to_string).collect::<Vec<_>>(),
        "tags": entry.tags().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "streams": entry.streams().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "groups": entry.groups().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tickets": entry.tickets().len(),
    });
    #[cfg(feature = "functions")]
    {
        said["functions"] = entry
            .functions()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .into();
    }
    #[cfg(not(feature = "functions"))]
    {
        said["functions"] = Value::Null;
    }
    said
}

/// All signed entries of a catalog, the node's own first.
pub fn catalog(discovery: &Discovery) -> Vec<Value> {
    let catalog = discovery.catalog();
    std::iter::once(catalog.local())
        .chain(catalog.signed_peers())
        .map(|signed| entry(signed))
        .collect()
}

/// Feeds the catalog `count` signed entries of made-up peers with a tag, a relay and an address where nobody listens. They
/// are the node's own entry with another key and address: mosaik has no public way to make an entry, but it reads them.
pub fn feed(
    discovery: &Discovery,
    count: u64,
    from: u64,
    relay: &RelayUrl,
) -> Result<u64, Failure> {
    let template = serde_json::to_value(PeerEntry::from(discovery.me()))?;
    let mut taken = 0;
    for index in from..from + count {
        let mut seed = [0x5a; 32];
        seed[..8].copy_from_slice(&index.to_be_bytes());
        let secret = SecretKey::from_bytes(&seed);
        let nobody: SocketAddr = ([127, 0, 0, 1], 1024 + (index % 60_000) as u16).into();
        let address = EndpointAddr::from_parts(
            secret.public(),
            [
                TransportAddr::Relay(relay.clone()),
                TransportAddr::Ip(nobody),
            ],
        );
        let mut made = template.clone();
        made["address"] = serde_json::to_value(address)?;
        made["version"] = json!([now_ms(), now_ms()]);
        let entry: PeerEntry = serde_json::from_value(made)?;
        if discovery.feed(entry.add_tags(mosaik::Tag::from("made-up")).sign(&secret)?) {
            taken += 1;
        }
    }
    Ok(taken)
}
