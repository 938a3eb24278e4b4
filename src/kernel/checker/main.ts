import { newRegistry } from "./newRegistry.ts";
import { serve } from "./serve.ts";

serve(newRegistry());
