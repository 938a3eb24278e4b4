/** The tag of a run that holds the `weightsDigest` of its base model. */
export const BASE_WEIGHTS_TAG = "sulam.weights.base";
