import Database from 'better-sqlite3'
import { existsSync, renameSync } from 'node:fs'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { fileTime } from './database.ts'
import { textsFrom, valueFrom } from './rows.ts'
import type { Write } from './writes.ts'

/**
 * Renames a damaged database and the files that belong to it; nothing is deleted.
 * @returns the new path of the database
 * @throws the error of the file system
 */
export function setAside(path: string, now: number): string {
  const to = freeName(`${path}.damaged-${fileTime(now)}`)
  // The log first: without the database it means nothing, but beside a new database it would be taken for that one's.
  for (const end of ['-wal', '-shm', '']) if (existsSync(path + end)) renameSync(path + end, to + end)
  return to
}

/** What is still readable of the few precious things in a damaged database. */
export function salvage(path: string): Write[] {
  let db
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
  } catch {
    return []
  }
  try {
    return preciousOf(db)
  } finally {
    db.close()
  }
}

/** The few precious things in a database, as far as they can be read: identity, settings, networks and notes. */
export function preciousOf(db: Database.Database): Write[] {
  const writes: Write[] = []
  for (const part of [salvageSecret, salvageSettings, salvageNetworks, salvageNotes]) {
    try {
      writes.push(...part(db))
    } catch {
      // This part is lost; the others may not be.
    }
  }
  return writes
}

interface NetworkRow {
  readonly kind?: NetworkKind
  readonly id: NetworkId
  readonly name: string | null
  readonly last_joined_at: number
  readonly bootstrap: string
  readonly tags: string
  readonly relay?: RelayMode
  readonly entry_version?: string | null
}

function salvageSecret(db: Database.Database): Write[] {
  const rows = db.prepare<[], Uint8Array>('SELECT secret FROM identity').pluck().all()
  return rows.filter((secret) => secret.length === 32).map((secret) => ({ kind: 'secret', secret }))
}

function salvageSettings(db: Database.Database): Write[] {
  const rows = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings').all()
  return rows.filter(({ value }) => isJson(value)).map(({ key, value }) => ({ kind: 'setting', key, json: value }))
}

function salvageNetworks(db: Database.Database): Write[] {
  // All columns: those of newer schemas may not be there yet.
  const rows = db
    .prepare<[], NetworkRow>('SELECT * FROM networks WHERE forgotten = 0 AND last_joined_at IS NOT NULL')
    .all()
  return rows
    .filter(({ bootstrap, tags }) => isJson(bootstrap) && isJson(tags))
    .map(({ kind = 'peerscope', id, name, last_joined_at, bootstrap, tags, relay = 'off', entry_version = null }) => ({
      kind: 'network',
      network: {
        kind,
        id,
        name,
        at: last_joined_at,
        bootstrap: textsFrom(bootstrap),
        tags: textsFrom(tags),
        relay,
        entryVersion: entry_version,
      },
    }))
}

function salvageNotes(db: Database.Database): Write[] {
  const rows = db
    .prepare<[], NetworkRow & { readonly peer: PeerId; readonly note: string; readonly named: string }>(
      `SELECT n.*, i.id AS peer, o.name AS named, o.note FROM notes o
       JOIN networks n ON n.num = o.network AND n.forgotten = 0 JOIN peer_ids i ON i.num = o.peer`,
    )
    .all()
  return rows.map(({ kind = 'peerscope', id, peer, named, note }) => ({
    kind: 'note',
    networkKey: networkKeyOf({ kind, id }),
    peerId: peer,
    note: { name: named, note },
  }))
}

function isJson(text: string): boolean {
  return valueFrom(text) !== undefined
}

/** A name that no file has. */
export function freeName(wanted: string): string {
  let name = wanted
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`
  return name
}
