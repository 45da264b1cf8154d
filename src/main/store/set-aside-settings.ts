/** Settings that cannot be read: kept under another key, so that their defaults hold and nothing is lost. */
import type Database from 'better-sqlite3'
import { valueFrom } from './rows.ts'
import type { Write } from './writes.ts'

/** What the key of a setting that was set aside begins with. Its value is the text that was there. */
export const SET_ASIDE = 'set-aside:'

/** The writes that set a setting aside; the newest that was is kept. */
export function asideWrites(key: string, text: string): readonly Write[] {
  return [
    { kind: 'setting', key: `${SET_ASIDE}${key}`, json: JSON.stringify(text) },
    { kind: 'setting', key, json: null },
  ]
}

/** The stored text of a setting; undefined where there is none. */
export function settingText(db: Database.Database, key: string): string | undefined {
  return db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck().get(key)
}

/** The settings that are no JSON, as they are stored. Also throws what SQLite throws. */
export function unreadableSettings(db: Database.Database): readonly { readonly key: string; readonly value: string }[] {
  const rows = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings').all()
  return rows.filter(({ value }) => valueFrom(value) === undefined)
}

/** What people are told of it. */
export function asideNotice(key: string, why: string, path: string | null): string {
  const where = path === null ? '' : ` of ${path}`
  return `The setting '${key}'${where} ${why}: its default is used, and what was stored is kept as '${SET_ASIDE}${key}'`
}
