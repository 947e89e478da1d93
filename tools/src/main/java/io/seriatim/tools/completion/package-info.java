/// `seriatim completion`: a script for shells.
package io.seriatim.tools.completion;
