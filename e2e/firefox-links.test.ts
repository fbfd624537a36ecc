import { launchFirefox } from './support/browsers.ts'
import { testEndedFlow } from './support/ended-flow.ts'
import { testMangledFlow } from './support/mangled-flow.ts'
import { chosenWays } from './support/mangled-ways.ts'
import { testOwnFlow } from './support/own-flow.ts'
import { openStage } from './support/stage.ts'

const stage = openStage(launchFirefox)

testOwnFlow(stage)
testEndedFlow(stage)
testMangledFlow(stage, chosenWays)
