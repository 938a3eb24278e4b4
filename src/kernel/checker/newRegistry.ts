import ts from "typescript";

/**
 * Holds parsed files. All options share them: whatever a project sets, cells and libraries are parsed alike (see FORCED
 * in projectOptions), and so the standard library of a start-up snapshot serves every project.
 */
export function newRegistry(): ts.DocumentRegistry {
  return { ...ts.createDocumentRegistry(), getKeyForCompilationSettings: sameKey };
}

function sameKey(): ts.DocumentRegistryBucketKey {
  return "cells" as ts.DocumentRegistryBucketKey;
}
