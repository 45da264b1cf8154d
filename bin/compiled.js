// Plain JavaScript for Node 24: loads the bundle's CommonJS files with the code that V8 compiled for them before.
//
// Node's own compile cache holds what V8 compiles when it loads a file, which is the outermost code: nearly all functions are
// compiled at their first call, at each start once more. So the code of our files is read off later, when what a start needs has run.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { cachedDataVersionTag, deserialize, serialize, setFlagsFromString } from 'node:v8'
import { constants, Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** When a process that goes on keeps its code, milliseconds after its start: it has joined a network by then. */
const KEEP_AFTER_MS = 20_000
/** By how much the code of a file must have grown to be kept again. */
const GROWTH = 1.05
const SUM_BYTES = 4
const HEAD = '(function (exports, require, module, __filename, __dirname) { '

/** @typedef {{ source: number, code: Buffer }} Kept the sum of a file's source, and its compiled code */
/** @typedef {{ script: Script, source: number, had: number }} Loaded `had` is the size of the code that it was loaded with */

/**
 * Runs a CommonJS file, and loads what it requires by a path the same way.
 * @param {string} entry its path
 * @param {string} store the file that compiled code is kept in; its folder is there
 * @param {number} keepAfterMs when a process that goes on keeps its code
 */
export function runCompiled(entry, store, keepAfterMs = KEEP_AFTER_MS) {
  const tag = cachedDataVersionTag()
  const kept = readKept(store, tag)
  /** @type {Map<string, Loaded>} */
  const scripts = new Map()
  /** @type {Map<string, { exports: unknown }>} */
  const modules = new Map()

  /** @param {string} path */
  const load = (path) => {
    const known = modules.get(path)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    modules.set(path, module)
    const text = readFileSync(path, 'utf8')
    const source = crc32(text)
    const was = kept.get(path)
    const code = was?.source === source ? was.code : undefined
    const script = new Script(`${HEAD}${text}\n})`, {
      filename: path,
      columnOffset: -HEAD.length,
      cachedData: code,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    })
    const isUsed = code !== undefined && script.cachedDataRejected === false
    scripts.set(path, { script, source, had: isUsed ? code.length : 0 })
    const requireOf = createRequire(path)
    /** @param {string} name */
    const require = (name) => (name.startsWith('.') ? load(resolve(dirname(path), name)) : requireOf(name))
    try {
      script.runInThisContext().call(module.exports, module.exports, require, module, path, dirname(path))
    } catch (error) {
      // As with Node's own: who requires it again hears why, and gets no half of it.
      modules.delete(path)
      throw error
    }
    return module.exports
  }

  const keep = () => {
    // V8 takes code only with the flags that it was compiled with, and src/main/monitor/young-heap.ts changes this one from 2 to 1.
    const isChanged = cachedDataVersionTag() !== tag
    if (isChanged) setFlagsFromString('--semi-space-growth-factor=2')
    if (cachedDataVersionTag() === tag) keepAll()
    if (isChanged) setFlagsFromString('--semi-space-growth-factor=1')
  }

  const keepAll = () => {
    /** @type {Map<string, Kept>} */
    const codes = new Map()
    let hasGrown = false
    for (const [path, loaded] of scripts) {
      const code = loaded.script.createCachedData()
      codes.set(path, { source: loaded.source, code })
      hasGrown ||= code.length > loaded.had * GROWTH
      loaded.had = code.length
    }
    if (hasGrown) writeKept(store, tag, dirname(entry), codes)
  }
  setTimeout(() => {
    keep()
    kept.clear()
  }, keepAfterMs).unref()
  process.once('exit', () => {
    // A command that takes a moment is not made longer for a little more of the same.
    if (![...scripts.values()].every(({ had }) => had > 0)) keep()
  })
  load(entry)
}

/**
 * @param {string} store
 * @param {number} tag of this V8 with its flags
 * @returns {Map<string, Kept>} by path; empty where there is nothing that this V8 can use
 */
function readKept(store, tag) {
  try {
    const bytes = readFileSync(store)
    const body = bytes.subarray(SUM_BYTES)
    if (bytes.readUInt32LE() !== crc32(body)) return new Map()
    const found = deserialize(body)
    return found.tag === tag ? found.files : new Map()
  } catch {
    return new Map()
  }
}

/**
 * Adds to what is there. Of one file the longer code is the better one: V8 drops that of functions which did not run for long.
 * @param {string} store
 * @param {number} tag
 * @param {string} folder of the bundle: nothing is kept of another one, such as an older version's
 * @param {Map<string, Kept>} codes
 */
function writeKept(store, tag, folder, codes) {
  const files = new Map(codes)
  for (const [path, was] of readKept(store, tag)) {
    const now = codes.get(path)
    const isBetter = now === undefined || (now.source === was.source && was.code.length > now.code.length)
    if (isBetter && path.startsWith(folder) && existsSync(path)) files.set(path, was)
  }
  const body = serialize({ tag, files })
  const sum = Buffer.alloc(SUM_BYTES)
  sum.writeUInt32LE(crc32(body))
  const part = `${store}.${process.pid}`
  try {
    writeFileSync(part, Buffer.concat([sum, body]), { mode: 0o600 })
    // Other processes read and write it too: each finds a whole one.
    renameSync(part, store)
  } catch {
    // It is only slower without.
    removePart(part)
  }
}

/** @param {string} part a file that may not even be there */
function removePart(part) {
  try {
    rmSync(part, { force: true })
  } catch {
    // A full or broken disk says so elsewhere.
  }
}
