//DEPS org.apache.commons:commons-lang3:@VERSION@
import org.apache.commons.lang3.StringUtils;

Object callme(java.math.BigDecimal a, java.math.BigDecimal b) {
  return StringUtils.isBlank("fob") ? null : a.add(b);
}
