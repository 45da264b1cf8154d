#!/usr/bin/env node
// Plain JavaScript for any Node: finds Node 24, which comes with the package, and runs the command line with it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
// A checkout runs its sources, the published package its bundle.
const source = join(root, 'src', 'main', 'cli', 'main.ts')
const entry = existsSync(source) ? source : join(root, 'out', 'main', 'cli.js')
const node = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : bundledNode()

if (node === null) {
  console.error('peerscope: Node 24 is needed and did not come with the installation; install Node 24 or newer')
  process.exit(1)
}
const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => process.exit(code ?? 1))

/** The binary of the optional dependency for this platform, or null. */
function bundledNode() {
  const { platform, arch } = process
  const names = [`node-${platform === 'win32' ? 'win' : platform}-${arch}`, `node-bin-${platform}-${arch}`]
  const require = createRequire(import.meta.url)
  for (const name of names) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`))
      const binary = join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(binary)) return binary
    } catch {
      // Not installed: the next one.
    }
  }
  return null
}
