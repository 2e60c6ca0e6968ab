import { modelsConformance } from "../models.js";
import { bench } from "./bench.js";

modelsConformance("sqlite", bench, 50);
