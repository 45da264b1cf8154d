//! One mosaik node on a runtime of its own, so that it can be cut off without a word to anybody.

use {
    crate::{Failure, entries, now_ms, print},
    iroh_relay::RelayMap,
    mosaik::{
        Network, SecretKey,
        discovery::{Config, Discovery, Event},
        iroh::{EndpointAddr, EndpointId, RelayMode, RelayUrl, TransportAddr},
    },
    serde_json::{Value, json},
    std::{
        net::SocketAddr,
        sync::{Mutex, PoisonError},
        time::Duration,
    },
    tokio::{
        runtime::{Builder, Runtime},
        sync::broadcast::error::RecvError,
    },
};

/// Events that a node may be behind before it misses some.
const BACKLOG: usize = 50_000;
/// How long a node that leaves may still run.
const GOODBYE: Duration = Duration::from_secs(2);

pub struct Node {
    name: String,
    discovery: Discovery,
    endpoint: mosaik::iroh::Endpoint,
    /// Both are taken when the node ends.
    running: Mutex<Option<(Network, Runtime)>>,
}

impl Node {
    /// Starts a node and waits until it is online.
    ///
    /// Fields of the command: `network`, and optionally `seed` (64 hex digits), `tags`, `bootstrap` (a list of addresses, see
    /// [`address_of`]), `purgeAfterMs`, `announceIntervalMs`, `rttProbeIntervalMs`, `threads`, `quiet` (prints no events).
    pub async fn spawn(name: String, command: Value, relay_url: String) -> Result<Self, Failure> {
        let threads = command["threads"].as_u64().unwrap_or(1) as usize;
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()?;
        let started = runtime.spawn(build(command.clone(), relay_url)).await?;
        let network = match started {
            Ok(network) => network,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let discovery = network.discovery().clone();
        if command["quiet"] != true {
            runtime.spawn(tell_events(name.clone(), discovery.clone()));
        }
        Ok(Self {
            name,
            endpoint: network.local().endpoint().clone(),
            discovery,
            running: Mutex::new(Some((network, runtime))),
        })
    }

    pub fn discovery(&self) -> Discovery {
        self.discovery.clone()
    }

    /// Who the node is and how it is reached. `sockets` are the ports it listens on.
    pub fn about(&self) -> Value {
        let address = self.endpoint.addr();
        let ips: Vec<String> = address.ip_addrs().map(ToString::to_string).collect();
        let relays: Vec<String> = address.relay_urls().map(ToString::to_string).collect();
        let sockets: Vec<String> = self
            .endpoint
            .bound_sockets()
            .iter()
            .map(ToString::to_string)
            .collect();
        json!({ "node": self.name, "endpointId": address.id.to_string(), "addresses": ips, "relays": relays, "sockets": sockets })
    }

    pub fn add_tag(&self, tag: &str) -> Result<Value, Failure> {
        self.discovery.add_tags(mosaik::Tag::from(tag));
        Ok(self.me())
    }

    pub fn remove_tag(&self, tag: &str) -> Result<Value, Failure> {
        self.discovery.remove_tags(mosaik::Tag::from(tag));
        Ok(self.me())
    }

    fn me(&self) -> Value {
        json!({ "me": entries::entry(&self.discovery.me()) })
    }

    /// Waits until the catalog has `count` other peers.
    pub async fn wait_catalog(&self, count: usize, timeout_ms: u64) -> Result<Value, Failure> {
        let mut watch = self.discovery.catalog_watch();
        let enough = watch.wait_for(|catalog| catalog.signed_peers_count() >= count);
        let reached = tokio::time::timeout(Duration::from_millis(timeout_ms), enough).await;
        let at = now_ms();
        let known = self.discovery.catalog().signed_peers_count();
        match reached {
            Ok(Ok(_)) => Ok(json!({ "known": known, "reachedAt": at })),
            _ => Err(format!("{known} of {count} peers are known").into()),
        }
    }

    /// Resolves when the catalog says so of the peer: it has this tag, or, without one, it is gone.
    pub async fn wait_peer(
        &self,
        peer: EndpointId,
        tag: Option<mosaik::Tag>,
    ) -> Result<(), Failure> {
        let mut watch = self.discovery.catalog_watch();
        watch
            .wait_for(|catalog| match &tag {
                Some(tag) => catalog
                    .get(&peer)
                    .is_some_and(|entry| entry.tags().contains(tag)),
                None => catalog.get(&peer).is_none(),
            })
            .await?;
        Ok(())
    }

    pub fn id(&self) -> EndpointId {
        self.endpoint.id()
    }

    /// Syncs with the peer of the command's `peer`.
    pub async fn sync_with(&self, command: &Value) -> Result<Value, Failure> {
        let from = now_ms();
        self.discovery
            .sync_with(address_of(&command["peer"])?)
            .await?;
        Ok(json!({ "tookMs": now_ms() - from }))
    }

    /// Puts the signed entries of `count` made-up peers into the catalog, as mosaik's public API allows.
    pub async fn feed(&self, count: u64, from: u64, relay_url: &str) -> Result<Value, Failure> {
        let started = now_ms();
        let discovery = self.discovery.clone();
        let relay: RelayUrl = relay_url.parse()?;
        let taken =
            tokio::task::spawn_blocking(move || entries::feed(&discovery, count, from, &relay))
                .await??;
        Ok(json!({ "taken": taken, "tookMs": now_ms() - started }))
    }

    /// Leaves as mosaik leaves: it says goodbye and gives the message its time.
    pub fn leave(&self) {
        if let Some((network, runtime)) = self.take() {
            drop(network);
            // mosaik waits half a second for its goodbye to spread. The end of the runtime ends whatever still runs.
            std::thread::spawn(move || {
                std::thread::sleep(GOODBYE);
                runtime.shutdown_background();
            });
        }
    }

    /// Cuts the node off: its tasks and sockets end, and nothing is sent.
    pub fn kill(&self) {
        if let Some((network, runtime)) = self.take() {
            runtime.shutdown_background();
            std::mem::forget(network);
        }
    }

    fn take(&self) -> Option<(Network, Runtime)> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

async fn build(command: Value, relay_url: String) -> Result<Network, Failure> {
    let relay: RelayUrl = relay_url.parse()?;
    let bind: SocketAddr = "127.0.0.1:0".parse()?;
    let mut discovery = Config::builder()
        .no_dht_bootstrap()
        .with_events_backlog(BACKLOG);
    if let Some(ms) = command["purgeAfterMs"].as_u64() {
        discovery = discovery.with_purge_after(Duration::from_millis(ms));
    }
    if let Some(ms) = command["announceIntervalMs"].as_u64() {
        discovery = discovery.with_announce_interval(Duration::from_millis(ms));
    }
    if let Some(ms) = command["rttProbeIntervalMs"].as_u64() {
        discovery = discovery.with_rtt_probe_interval(Duration::from_millis(ms));
    }
    for tag in command["tags"].as_array().into_iter().flatten() {
        discovery = discovery.with_tags(mosaik::Tag::from(tag.as_str().ok_or("a tag is no text")?));
    }
    for peer in command["bootstrap"].as_array().into_iter().flatten() {
        discovery = discovery.with_bootstrap(address_of(peer)?);
    }
    let network = command["network"].as_str().ok_or("network is missing")?;
    let mut builder = Network::builder(network)
        .with_relay_mode(RelayMode::Custom(RelayMap::from(relay)))
        .with_addresses([bind])
        .with_discovery(discovery);
    if let Some(seed) = command["seed"].as_str() {
        builder = builder.with_secret_key(seed.parse::<SecretKey>()?);
    }
    Ok(builder.build().await?)
}

/// The address in `{ "endpointId": …, "addresses": ["ip:port"], "relays": [url] }`.
fn address_of(value: &Value) -> Result<EndpointAddr, Failure> {
    let id: EndpointId = value["endpointId"]
        .as_str()
        .ok_or("endpointId is missing")?
        .parse()?;
    let mut address = EndpointAddr::new(id);
    let texts = |name: &str| {
        value[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
    };
    for ip in texts("addresses") {
        address.addrs.insert(TransportAddr::Ip(ip.parse()?));
    }
    for url in texts("relays") {
        address.addrs.insert(TransportAddr::Relay(url.parse()?));
    }
    Ok(address)
}

/// Prints what discovery reports, until the node ends.
async fn tell_events(node: String, discovery: Discovery) {
    let mut events = discovery.events();
    loop {
        let mut told = match events.recv().await {
            Ok(Event::PeerDiscovered(entry)) => {
                json!({ "event": "PeerDiscovered", "entry": entries::entry(&entry) })
            }
            Ok(Event::PeerUpdated(entry)) => {
                json!({ "event": "PeerUpdated", "entry": entries::entry(&entry) })
            }
            Ok(Event::PeerDeparted(id)) => {
                json!({ "event": "PeerDeparted", "endpointId": id.to_string() })
            }
            Err(RecvError::Lagged(missed)) => json!({ "event": "missed", "count": missed }),
            Err(RecvError::Closed) => return,
        };
        told["node"] = node.as_str().into();
        told["at"] = now_ms().into();
        print(&told);
    }
}
