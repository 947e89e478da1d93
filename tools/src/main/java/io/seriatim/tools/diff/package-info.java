/// `seriatim diff`: what one log has that another lacks.
package io.seriatim.tools.diff;
