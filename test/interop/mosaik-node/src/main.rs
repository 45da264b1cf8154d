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
    node::Node,
    serde_json::{Value, json},
    std::{
        collections::HashMap,
        io::Write,
        sync::{Arc, Mutex, PoisonError},
        time::{SystemTime, UNIX_EPOCH},
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
        "stats" => stats::stats(),
        other => Err(format!("unknown command {other}").into()),
    }
}
