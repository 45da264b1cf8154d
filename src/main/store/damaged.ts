import Database from 'better-sqlite3'
import { existsSync, renameSync } from 'node:fs'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
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

function salvageSecret(db: Database.Database): Write[] {
  const rows = db.prepare<[], Uint8Array>('SELECT secret FROM identity').pluck().all()
  return rows.filter((secret) => secret.length === 32).map((secret) => ({ kind: 'secret', secret }))
}

function salvageSettings(db: Database.Database): Write[] {
  const rows = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings').all()
  return rows.filter(({ value }) => isJson(value)).map(({ key, value }) => ({ kind: 'setting', key, json: value }))
}

function salvageNetworks(db: Database.Database): Write[] {
  const rows = db
    .prepare<[], { id: string; name: string | null; at: number; bootstrap: string; tags: string }>(
      `SELECT id, name, last_joined_at AS at, bootstrap, tags FROM networks
       WHERE forgotten = 0 AND last_joined_at IS NOT NULL`,
    )
    .all()
  return rows
    .filter(({ bootstrap, tags }) => isJson(bootstrap) && isJson(tags))
    .map(({ id, name, at, bootstrap, tags }) => ({
      kind: 'network',
      network: { id: id as NetworkId, name, at, bootstrap: textsFrom(bootstrap), tags: textsFrom(tags) },
    }))
}

function salvageNotes(db: Database.Database): Write[] {
  const rows = db
    .prepare<[], { network: string; peer: string; name: string; note: string }>(
      `SELECT n.id AS network, i.id AS peer, o.name, o.note FROM notes o
       JOIN networks n ON n.num = o.network AND n.forgotten = 0 JOIN peer_ids i ON i.num = o.peer`,
    )
    .all()
  return rows.map(({ network, peer, name, note }) => ({
    kind: 'note',
    networkId: network as NetworkId,
    peerId: peer as PeerId,
    note: { name, note },
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
