import { launchFirefox } from './support/browsers.ts'
import { testMainFlow } from './support/main-flow.ts'
import { openStage } from './support/stage.ts'

testMainFlow(openStage(launchFirefox))
