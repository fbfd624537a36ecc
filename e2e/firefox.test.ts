import { launchFirefox } from './support/browsers.ts'
import { testLiveFlow } from './support/live-flow.ts'
import { testMainFlow } from './support/main-flow.ts'
import { testSeveralFlow } from './support/several-flow.ts'
import { openStage } from './support/stage.ts'

const stage = openStage(launchFirefox)

testMainFlow(stage)
testLiveFlow(stage)
testSeveralFlow(stage)
