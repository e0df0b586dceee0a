import type { LaunchCaller, LaunchTarget } from '../../lambda/routing/targets.ts';
import type { BaseName } from './base-name.ts';
import type { ParamPlan } from './params.ts';
import type { JilSettings } from './settings.ts';
import type { JilWay } from './ways.ts';

/** A way that the target has, and a job of it that no caller may act for. */
export interface LeftOutWay {
  readonly way: JilWay;
  readonly job: string;
}

/** What is printed for one target. */
export interface TargetPlan {
  readonly target: LaunchTarget;
  /** Callers that may use the target. */
  readonly callers: readonly LaunchCaller[];
  readonly base: BaseName;
  readonly ways: readonly JilWay[];
  /** Ways that are not printed, each with a job that no caller may act for. */
  readonly leftOut: readonly LeftOutWay[];
  readonly params: readonly ParamPlan[];
  /** Exit codes of a run that are no failure. */
  readonly success: ReadonlySet<number>;
}

/** What `jil-for` prints. */
export interface JilPlan {
  readonly targets: readonly TargetPlan[];
  readonly settings: JilSettings;
}
