/** `node demo-parent.ts ENTRY`: starts a demo swarm as a Node host does, prints its addresses, and waits. */
import { startDemo } from '../../src/main/monitor/demo.ts'
import { nodeSwarm } from '../../src/main/monitor/node-swarm.ts'

const [entry = ''] = process.argv.slice(2)
const demo = await startDemo(nodeSwarm(entry), 'demo-parent', 3, new AbortController().signal)
process.stdout.write(`${JSON.stringify(demo.addresses)}\n`)
