//! Real mosaik nodes for Peerscope's interoperability tests.
//!
//! Hosts unmodified mosaik nodes in one process, with a relay server on loopback, because mosaik waits for a relay before
//! it works. Takes commands as JSON lines on standard input and prints JSON lines on standard output: `relay` once, a
//! `reply` for each command (with the command's `id`), and what happens to each node. Ends with its standard input.
//!
//! It needs a network namespace with loopback only: mosaik uses iroh's public presets and would talk to public servers.

mod entries;
mod node;
mod stats;

use {
    iroh_relay::server::{RelayConfig, Server, ServerConfig},
    mosaik::iroh::EndpointId,
    node::Node,
    serde_json::{Value, json},
    std::{
        collections::HashMap,
        io::Write,
        sync::{Arc, Mutex, PoisonError},
        time::{Duration, Instant, SystemTime, UNIX_EPOCH},
    },
    tokio::io::{AsyncBufReadExt, BufReader},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Nodes = Arc<Mutex<HashMap<String, Arc<Node>>>>;

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// Prints one line of JSON. Ends the process when nobody reads it.
fn print(value: &Value) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{value}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> Result<(), Failure> {
    let mut config = ServerConfig::default();
    let loopback: std::net::SocketAddr = "127.0.0.1:0".parse()?;
    config.relay = Some(RelayConfig::new(loopback));
    let relay = Server::spawn(config).await?;
    let relay_address = relay.http_addr().ok_or("the relay has no address")?;
    let relay_url = format!("http://{relay_address}/");
    print(
        &json!({ "event": "relay", "url": relay_url, "pid": std::process::id(), "at": now_ms() }),
    );

    let nodes = Nodes::default();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if line.trim().is_empty() {
            continue;
        }
        let (nodes, relay_url) = (Arc::clone(&nodes), relay_url.clone());
        // Each command runs on its own, so one that waits holds up no other.
        tokio::spawn(async move {
            let command = serde_json::from_str::<Value>(&line).unwrap_or(Value::Null);
            let id = command["id"].clone();
            let mut reply = match answer(&command, &nodes, &relay_url).await {
                Ok(mut fields) => {
                    fields["ok"] = true.into();
                    fields
                }
                Err(error) => json!({ "ok": false, "error": error.to_string() }),
            };
            reply["event"] = "reply".into();
            reply["id"] = id;
            reply["at"] = now_ms().into();
            print(&reply);
        });
    }
    // Nodes that still run are cut off, not waited for.
    std::process::exit(0);
}

async fn answer(command: &Value, nodes: &Nodes, relay_url: &str) -> Result<Value, Failure> {
    let text = |name: &str| command[name].as_str().ok_or(format!("{name} is missing"));
    let number = |name: &str| command[name].as_u64().ok_or(format!("{name} is missing"));
    let all = || nodes.lock().unwrap_or_else(PoisonError::into_inner);
    let node = || -> Result<Arc<Node>, Failure> {
        let name = text("node")?;
        let known = all().get(name).cloned();
        Ok(known.ok_or(format!("no node is named {name}"))?)
    };
    match text("cmd")? {
        "spawn" => {
            let name = text("node")?.to_owned();
            if all().contains_key(&name) {
                return Err("the name is taken".into());
            }
            let node =
                Arc::new(Node::spawn(name.clone(), command.clone(), relay_url.to_owned()).await?);
            let about = node.about();
            all().insert(name, node);
            Ok(about)
        }
        "about" => Ok(node()?.about()),
        "tag add" => node()?.add_tag(text("tag")?),
        "tag remove" => node()?.remove_tag(text("tag")?),
        "catalog" => Ok(json!({ "peers": entries::catalog(&node()?.discovery()) })),
        "wait catalog" => {
            node()?
                .wait_catalog(number("count")? as usize, number("timeoutMs")?)
                .await
        }
        "sync" => node()?.sync_with(command).await,
        "feed" => {
            node()?
                .feed(number("count")?, number("from").unwrap_or(0), relay_url)
                .await
        }
        "leave" => {
            let name = text("node")?;
            let node = all().remove(name).ok_or("no node has this name")?;
            node.leave();
            Ok(json!({}))
        }
        "kill" => {
            let name = text("node")?;
            let node = all().remove(name).ok_or("no node has this name")?;
            node.kill();
            Ok(json!({}))
        }
        "wait all" => {
            wait_all(
                &nodes_of(nodes),
                number("count")? as usize,
                number("timeoutMs")?,
            )
            .await
        }
        "spread tag" => {
            let (node, tag) = (node()?, text("tag")?.to_owned());
            let others = others(nodes, node.id());
            let known = Some(mosaik::Tag::from(tag.as_str()));
            spread(&others, node.id(), known, number("timeoutMs")?, || {
                node.add_tag(&tag).map(|_| ())
            })
            .await
        }
        "spread goodbye" => {
            let name = text("node")?;
            let node = all().remove(name).ok_or("no node has this name")?;
            let others = others(nodes, node.id());
            spread(&others, node.id(), None, number("timeoutMs")?, || {
                node.leave();
                Ok(())
            })
            .await
        }
        "stats" => stats::stats(),
        other => Err(format!("unknown command {other}").into()),
    }
}

fn nodes_of(nodes: &Nodes) -> Vec<Arc<Node>> {
    let all = nodes.lock().unwrap_or_else(PoisonError::into_inner);
    all.values().cloned().collect()
}

fn others(nodes: &Nodes, id: EndpointId) -> Vec<Arc<Node>> {
    let mut all = nodes_of(nodes);
    all.retain(|one| one.id() != id);
    all
}

/// Waits until the catalog of every node has `count` other peers.
async fn wait_all(nodes: &[Arc<Node>], count: usize, timeout_ms: u64) -> Result<Value, Failure> {
    let from = Instant::now();
    for node in nodes {
        node.wait_catalog(count, timeout_ms).await?;
    }
    Ok(json!({ "tookMs": from.elapsed().as_secs_f64() * 1000.0 }))
}

/// How long a change takes until the catalogs of all these nodes have it: the peer has the tag, or is gone.
async fn spread(
    others: &[Arc<Node>],
    peer: EndpointId,
    tag: Option<mosaik::Tag>,
    timeout_ms: u64,
    change: impl FnOnce() -> Result<(), Failure>,
) -> Result<Value, Failure> {
    // They listen before the change is made.
    let waits: Vec<_> = others
        .iter()
        .map(|node| {
            let (node, tag) = (Arc::clone(node), tag.clone());
            tokio::spawn(async move { node.wait_peer(peer, tag).await.map(|()| Instant::now()) })
        })
        .collect();
    tokio::task::yield_now().await;
    let from = Instant::now();
    change()?;
    let mut last = from;
    for wait in waits {
        let at = tokio::time::timeout(Duration::from_millis(timeout_ms), wait).await???;
        last = last.max(at);
    }
    Ok(json!({ "tookMs": last.duration_since(from).as_secs_f64() * 1000.0 }))
}
