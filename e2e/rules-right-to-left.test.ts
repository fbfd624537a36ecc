import { testRules } from './support/rules.ts'
import { openStage } from './support/stage.ts'

testRules(openStage(), 'ar')
