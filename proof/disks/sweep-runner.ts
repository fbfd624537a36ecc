// Sweeps a full disk in a process of its own, so that it can run changed files; tells what was wrong as JSON:
//
//   node --conditions=source proof/disks/sweep-runner.ts <options as JSON>
import process from 'node:process'
import { type SweepOptions, proveFullSweep } from './full-sweep.ts'

process.stdout.write(JSON.stringify(await proveFullSweep(JSON.parse(process.argv[2] ?? '') as SweepOptions)))
