/**
 * The beginning of the tags of a run that hold the `weightsDigest` of a model it was given. The rest says what for: `base`,
 * the experiment's own model; `base.SYSTEM`, the model that a base system names; `rescore.SYSTEM`, the cross-encoder
 * that scores what a system mines.
 */
export const WEIGHTS_TAG = "sulam.weights.";
